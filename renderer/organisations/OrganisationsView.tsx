import { Button, SegmentedControl } from '@mantine/core';
import { IconBuildingCommunity, IconFileExport, IconPlus, IconPrinter } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import { type Failure, ok } from '../../shared/errors.ts';
import type { Organisation, OrganisationFigures } from '../../shared/model/organisation.ts';
import type { Round } from '../../shared/model/round.ts';
import type { Column } from '../lists/CalmTable.tsx';
import { useLook } from '../lists/calls.ts';
import { DayField } from '../lists/DayField.tsx';
import { Awaited, Empty } from '../lists/Empty.tsx';
import { dayWords, figure, share } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { Paper } from '../lists/Screen.tsx';
import { SideSheet } from '../lists/SideSheet.tsx';
import { saySaved } from '../lists/said.ts';
import { may, useSite } from '../lists/site.ts';
import { useOntoPaper } from '../lists/useOntoPaper.tsx';
import { WholeList } from '../lists/WholeList.tsx';
import { callStation, useFailureText, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';
import { KindMark } from './KindMark.tsx';
import { OrganisationForm } from './OrganisationForm.tsx';
import { OrganisationSheet } from './OrganisationSheet.tsx';

type Row = Organisation & OrganisationFigures;
type Sheet =
  | { readonly kind: 'new' | 'paper' }
  | { readonly kind: 'shown' | 'change'; readonly organisationId: string };

/** Communities and enterprises: how far each is with its own people, in a round or on one of its days. */
export function OrganisationsView(props: { readonly round: Round }) {
  const t = useText();
  const failureText = useFailureText();
  const { operator, today, language } = useSite();
  const { round } = props;
  const [day, setDay] = useState<string | null>(null);
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const [isExporting, setExporting] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const of = { roundId: round.id, ...(day === null ? {} : { day }) };
  const listed = useLook('organisations.list', {});
  const counted = useLook('organisations.figures', of);
  const mayEdit = may(operator, 'organisations.edit');

  const rows = useMemo<readonly Row[]>(() => {
    const figures = new Map(counted.value?.rows.map((row) => [row.organisationId, row]));
    return (listed.value?.organisations ?? []).map((organisation) => ({
      target: 0,
      tested: 0,
      positive: 0,
      notTested: 0,
      ...organisation,
      ...figures.get(organisation.organisationId),
    }));
  }, [listed.value, counted.value]);

  const columns = useMemo<readonly Column<Row>[]>(() => {
    const of = (key: 'people' | 'target' | 'tested' | 'positive' | 'notTested', isStrong = false): Column<Row> => ({
      key,
      heading: t(`organisations.${key}`),
      width: '5.75rem',
      align: 'end',
      sortBy: (row) => row[key],
      cell: (row) => (isStrong ? <span className={css['strong']}>{figure(row[key])}</span> : figure(row[key])),
    });
    return [
      {
        key: 'name',
        heading: t('organisations.name'),
        width: 'minmax(10rem, 2fr)',
        sortBy: (row) => row.name,
        cell: (row) => <span className={css['strong']}>{row.name}</span>,
      },
      {
        key: 'kind',
        heading: t('organisations.kind'),
        width: '7.5rem',
        sortBy: (row) => row.kind,
        cell: (row) => <KindMark kind={row.kind} />,
      },
      {
        key: 'contact',
        heading: t('organisations.contact'),
        width: 'minmax(8rem, 1.2fr)',
        cell: (row) => {
          const [contact] = row.contacts;
          return (
            <span className={css['quiet']}>
              {contact === undefined
                ? t('organisations.noContact')
                : [contact.nameMasked, contact.phoneMasked ?? ''].filter((part) => part !== '').join(' ')}
            </span>
          );
        },
      },
      of('people'),
      of('target'),
      of('tested'),
      of('positive'),
      of('notTested', true),
      {
        key: 'share',
        heading: t('organisations.share'),
        width: '6.5rem',
        align: 'end',
        sortBy: (row) => (row.target === 0 ? 0 : row.tested / row.target),
        cell: (row) => share(row.tested, row.target) ?? t('lists.none'),
      },
    ];
  }, [t]);
  const textsOf = useCallback((row: Row) => [row.name, row.creditCode, t(`organisations.kindOf.${row.kind}`)], [t]);

  async function save(): Promise<void> {
    setFailure(null);
    setExporting(true);
    const suggestedName = t('organisations.fileName', { round: round.name, day: day ?? today });
    const place = await callStation('files.pickSave', { suggestedName });
    const reply = place.ok
      ? await callStation('exports.organisations', {
          exportId: crypto.randomUUID(),
          path: place.value.path,
          language,
          ...of,
        })
      : place;
    setExporting(false);
    if (!reply.ok) {
      if (reply.error.code !== 'CANCELLED') setFailure(reply.error);
      return;
    }
    if ('rows' in reply.value)
      saySaved(t('organisations.exported', { rows: reply.value.rows, path: reply.value.path }));
  }

  if (listed.value === undefined || counted.value === undefined) {
    return (
      <Paper fill>
        <Awaited
          failure={listed.failure ?? counted.failure}
          onRetry={() => {
            listed.again();
            counted.again();
          }}
        />
      </Paper>
    );
  }
  const add = mayEdit && (
    <Button leftSection={<IconPlus size="1.125rem" aria-hidden />} onClick={() => setSheet({ kind: 'new' })}>
      {t('organisations.add')}
    </Button>
  );
  const shown =
    sheet === null || !('organisationId' in sheet)
      ? null
      : (listed.value.organisations.find(({ organisationId }) => organisationId === sheet.organisationId) ?? null);
  return (
    <>
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <WholeList
        label={t('organisations.title')}
        searchFor={t('organisations.search')}
        rows={rows}
        columns={columns}
        rowKey={(row) => row.organisationId}
        textsOf={textsOf}
        onOpen={(row) => setSheet({ kind: 'shown', organisationId: row.organisationId })}
        filter={
          <>
            <SegmentedControl
              aria-label={t('organisations.dayIs')}
              value={day === null ? 'all' : 'day'}
              onChange={(value) => setDay(value === 'all' ? null : today)}
              data={[
                { value: 'all', label: t('organisations.allDays') },
                { value: 'day', label: t('organisations.dayIs') },
              ]}
            />
            {day !== null && <DayField value={day} today={today} onChange={setDay} />}
            <Button
              variant="default"
              leftSection={<IconFileExport size="1.125rem" aria-hidden />}
              loading={isExporting}
              onClick={() => void save()}
            >
              {t('organisations.export')}
            </Button>
            {rows.length > 0 && (
              <Button
                variant="default"
                leftSection={<IconPrinter size="1.125rem" aria-hidden />}
                onClick={() => setSheet({ kind: 'paper' })}
              >
                {t('lists.paper.print')}
              </Button>
            )}
            {rows.length > 0 && add}
          </>
        }
        hint={t('lists.keysOpen')}
        empty={
          <Empty
            title={t('organisations.empty')}
            hint={t('organisations.emptyHint')}
            icon={<IconBuildingCommunity size="2.5rem" stroke={1.4} aria-hidden />}
          >
            {add}
          </Empty>
        }
      />
      <SideSheet title={t('organisations.paper')} isOpen={sheet?.kind === 'paper'} onClose={() => setSheet(null)}>
        {sheet?.kind === 'paper' && <FiguresPaper round={round} day={day} />}
      </SideSheet>
      <SideSheet title={t('organisations.add')} isOpen={sheet?.kind === 'new'} onClose={() => setSheet(null)}>
        {sheet?.kind === 'new' && (
          <OrganisationForm
            organisation={null}
            onDone={(organisationId) => setSheet({ kind: 'shown', organisationId })}
            onCancel={() => setSheet(null)}
            onRemoved={() => setSheet(null)}
          />
        )}
      </SideSheet>
      <SideSheet
        title={t('organisations.change')}
        isOpen={sheet?.kind === 'change' && shown !== null}
        onClose={() => setSheet(null)}
      >
        {sheet?.kind === 'change' && shown !== null && (
          <OrganisationForm
            organisation={shown}
            onDone={(organisationId) => setSheet({ kind: 'shown', organisationId })}
            onCancel={() => setSheet({ kind: 'shown', organisationId: shown.organisationId })}
            onRemoved={() => setSheet(null)}
          />
        )}
      </SideSheet>
      <SideSheet
        title={t('organisations.roster')}
        isOpen={sheet?.kind === 'shown' && shown !== null}
        onClose={() => setSheet(null)}
        size="42rem"
      >
        {sheet?.kind === 'shown' && shown !== null && (
          <OrganisationSheet
            key={shown.organisationId}
            organisation={shown}
            of={of}
            mayEdit={mayEdit}
            onChange={() => setSheet({ kind: 'change', organisationId: shown.organisationId })}
          />
        )}
      </SideSheet>
    </>
  );
}

/** The figures on paper, as they are chosen on the screen. */
function FiguresPaper(props: { readonly round: Round; readonly day: string | null }) {
  const t = useText();
  const { language, today } = useSite();
  const { round, day } = props;
  const print = useStationAction('print.organisations');
  const { buttons, notes } = useOntoPaper({
    print: async (where) => {
      const reply = await print.run({ roundId: round.id, ...(day === null ? {} : { day }), language, ...where });
      if (!reply.ok) return reply;
      const { path } = reply.value;
      return ok(path === null ? t('lists.paper.printed') : t('lists.paper.savedTo', { path }));
    },
  });
  return (
    <div className={css['form']}>
      <p>
        {round.name} · {day === null ? t('organisations.allDays') : dayWords(day, language, today)}
      </p>
      <p className={css['quiet']}>{t('organisations.paperHint')}</p>
      {buttons}
      {notes}
    </div>
  );
}
