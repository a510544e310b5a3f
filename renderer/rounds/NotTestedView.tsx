import { Button, Radio, Select, TextInput } from '@mantine/core';
import { IconCircleCheck, IconPrinter, IconUser } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { Failure } from '../../shared/errors.ts';
import { type AbsenceReason, absenceReasons, type NotTestedRow, type Round } from '../../shared/model/round.ts';
import { ExportButton } from '../exports/ExportButton.tsx';
import type { Column } from '../lists/CalmTable.tsx';
import { useLook } from '../lists/calls.ts';
import { Empty } from '../lists/Empty.tsx';
import { momentWords } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { PagedList } from '../lists/PagedList.tsx';
import { SideSheet } from '../lists/SideSheet.tsx';
import { useSite } from '../lists/site.ts';
import { useOntoPaper } from '../lists/useOntoPaper.tsx';
import { addressWords, sexAgeWords } from '../lists/words.ts';
import { PersonSheet } from '../people/PersonSheet.tsx';
import { useFailureText, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';
import { buildingWords } from './CoverageView.tsx';

type Absence = 'any' | 'none' | 'noted';
type Sheet =
  | { readonly kind: 'row'; readonly row: NotTestedRow }
  | { readonly kind: 'person'; readonly personId: string };

/** Who is in the round and not tested, door by door: to be printed, exported, and struck off as they come. */
export function NotTestedView(props: {
  readonly round: Round;
  readonly building: string | null;
  readonly onBuilding: (building: string | null) => void;
}) {
  const t = useText();
  const { round, building } = props;
  const [absence, setAbsence] = useState<Absence>('any');
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const [isPrinting, setPrinting] = useState(false);
  const houses = useLook('rounds.coverage', { roundId: round.id }).value?.coverage.buildings ?? [];

  const columns = useMemo<readonly Column<NotTestedRow>[]>(
    () => [
      {
        key: 'building',
        heading: t('rounds.building'),
        width: 'minmax(7rem, 0.8fr)',
        cell: (row) => buildingWords(t, row.address.building),
      },
      {
        key: 'floor',
        heading: t('rounds.floor'),
        width: '5rem',
        cell: (row) => <span className={css['quiet']}>{row.floor ?? t('lists.none')}</span>,
      },
      {
        key: 'room',
        heading: t('rounds.room'),
        width: 'minmax(6rem, 0.7fr)',
        cell: (row) => (
          <span className={css['strong']}>{addressWords(t, { ...row.address, building: '' }) || t('lists.none')}</span>
        ),
      },
      {
        key: 'name',
        heading: t('people.name'),
        width: 'minmax(6rem, 0.8fr)',
        cell: (row) => row.nameMasked,
      },
      {
        key: 'who',
        heading: t('rounds.who'),
        width: 'minmax(7rem, 0.8fr)',
        cell: (row) => <span className={css['quiet']}>{sexAgeWords(t, row)}</span>,
      },
      {
        key: 'phone',
        heading: t('people.phone'),
        width: '9rem',
        cell: (row) => <span className={css['quiet']}>{row.phoneMasked ?? t('lists.none')}</span>,
      },
      {
        key: 'absence',
        heading: t('rounds.why'),
        width: 'minmax(9rem, 1.4fr)',
        cell: (row) =>
          row.absence === null ? (
            <span className={css['faint']}>{t('rounds.notNoted')}</span>
          ) : (
            [t(`rounds.reason.${row.absence.reason}`), row.absence.note].filter((part) => part !== '').join(' · ')
          ),
      },
    ],
    [t],
  );
  return (
    <>
      <PagedList
        method="rounds.notTested"
        label={t('rounds.notTested')}
        searchFor={t('people.search')}
        columns={columns}
        rowKey={(row) => row.personId}
        onOpen={(row) => setSheet({ kind: 'row', row })}
        filterBy={{ roundId: round.id, absence, ...(building === null ? {} : { building }) }}
        filter={
          <>
            <Select
              className={css['narrow'] ?? ''}
              aria-label={t('rounds.building')}
              placeholder={t('rounds.everyBuilding')}
              clearable
              searchable
              value={building}
              onChange={props.onBuilding}
              data={houses.map((house) => ({ value: house.building, label: buildingWords(t, house.building) }))}
            />
            <Select
              className={css['narrow'] ?? ''}
              aria-label={t('rounds.why')}
              allowDeselect={false}
              value={absence}
              onChange={(value) => setAbsence(value === 'none' || value === 'noted' ? value : 'any')}
              data={(['any', 'none', 'noted'] as const).map((value) => ({
                value,
                label: t(`rounds.absence.${value}`),
              }))}
            />
          </>
        }
        actions={() => (
          <>
            <Button
              variant="default"
              leftSection={<IconPrinter size="1.125rem" aria-hidden />}
              onClick={() => setPrinting(true)}
            >
              {t('rounds.print')}
            </Button>
            <ExportButton
              kind="notTested"
              listed={{ query: '', round: { id: round.id, name: round.name, building, absence } }}
            />
          </>
        )}
        hint={t('lists.keysOpen')}
        empty={
          <Empty
            title={t('rounds.allTested')}
            hint={t('rounds.allTestedHint')}
            icon={<IconCircleCheck size="2.5rem" stroke={1.4} aria-hidden />}
          />
        }
      />
      <SideSheet title={t('rounds.door')} isOpen={sheet?.kind === 'row'} onClose={() => setSheet(null)}>
        {sheet?.kind === 'row' && (
          <Door
            key={sheet.row.personId}
            round={round}
            row={sheet.row}
            onPerson={() => setSheet({ kind: 'person', personId: sheet.row.personId })}
            onDone={() => setSheet(null)}
          />
        )}
      </SideSheet>
      <PersonSheet personId={sheet?.kind === 'person' ? sheet.personId : null} onClose={() => setSheet(null)} />
      <SideSheet title={t('rounds.print')} isOpen={isPrinting} onClose={() => setPrinting(false)}>
        {isPrinting && <Paper round={round} building={building} absence={absence} />}
      </SideSheet>
    </>
  );
}

function Paper(props: { readonly round: Round; readonly building: string | null; readonly absence: Absence }) {
  const t = useText();
  const { language } = useSite();
  const { round, building, absence } = props;
  const print = useStationAction('print.notTested');
  const { buttons, notes } = useOntoPaper({
    print: async (where) => {
      const part = building === null ? {} : { building };
      const reply = await print.run({ roundId: round.id, absence, language, ...part, ...where });
      return reply.ok
        ? {
            ok: true,
            value:
              reply.value.path === null
                ? t('lists.paper.printed')
                : t('lists.paper.savedTo', { path: reply.value.path }),
          }
        : reply;
    },
    failureWords: ({ code, params }) =>
      code === 'PRINT_FAILED' && params['problem'] === 'tooMany' ? t('rounds.tooManyToPrint') : null,
  });
  return (
    <div className={css['form']}>
      <p>
        {round.name} · {building === null ? t('rounds.everyBuilding') : buildingWords(t, building)} ·{' '}
        {t(`rounds.absence.${absence}`)}
      </p>
      <p className={css['quiet']}>{t('rounds.printHint')}</p>
      {buttons}
      {notes}
    </div>
  );
}

/** One door: why nobody could be tested there, as it was told. */
function Door(props: {
  readonly round: Round;
  readonly row: NotTestedRow;
  readonly onPerson: () => void;
  readonly onDone: () => void;
}) {
  const t = useText();
  const failureText = useFailureText();
  const { zone, language, today } = useSite();
  const noting = useStationAction('rounds.noteAbsence');
  const { round, row } = props;
  const [reason, setReason] = useState<AbsenceReason | null>(row.absence?.reason ?? null);
  const [note, setNote] = useState(row.absence?.note ?? '');
  const [isTried, setTried] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const isShort = reason === 'other' && note.trim().length < 2;

  async function submit(next: AbsenceReason | null): Promise<void> {
    setTried(true);
    if (noting.isBusy || (next !== null && isShort)) return;
    const reply = await noting.run({
      requestId: crypto.randomUUID(),
      roundId: round.id,
      personId: row.personId,
      reason: next,
      note: next === null ? '' : note.trim(),
    });
    if (!reply.ok) return setFailure(reply.error);
    props.onDone();
  }
  return (
    <form
      className={css['form']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (reason !== null) void submit(reason);
        else setTried(true);
      }}
    >
      <div>
        <p className={css['sheetName']}>{row.nameMasked}</p>
        <p className={css['sheetUnder']}>
          {[addressWords(t, row.address), sexAgeWords(t, row), row.phoneMasked ?? '']
            .filter((part) => part !== '')
            .join(' · ')}
        </p>
      </div>
      {row.absence !== null && (
        <p className={css['quiet']}>
          {t('rounds.notedBy', {
            operator: row.absence.operatorName,
            time: momentWords(row.absence.atMs, zone, language, today),
          })}
        </p>
      )}
      <Radio.Group
        label={t('rounds.why')}
        value={reason}
        onChange={(value) => setReason(absenceReasons.find((each) => each === value) ?? null)}
        error={isTried && reason === null ? t('results.reasonNeeded') : undefined}
      >
        <div className={css['choices']}>
          {absenceReasons.map((each) => (
            <Radio key={each} value={each} label={t(`rounds.reason.${each}`)} />
          ))}
        </div>
      </Radio.Group>
      <TextInput
        label={t('followUps.note')}
        maxLength={200}
        value={note}
        onChange={(event) => {
          setNote(event.currentTarget.value);
          setFailure(null);
        }}
        error={failure !== null ? failureText(failure) : isTried && isShort ? t('results.reasonWordsHint') : undefined}
      />
      <div className={css['buttons']}>
        <Button type="submit" loading={noting.isBusy}>
          {t('lists.save')}
        </Button>
        {row.absence !== null && (
          <Button variant="default" onClick={() => void submit(null)}>
            {t('rounds.takeBack')}
          </Button>
        )}
        <Button variant="default" leftSection={<IconUser size="1.125rem" aria-hidden />} onClick={props.onPerson}>
          {t('followUps.toPerson')}
        </Button>
      </div>
    </form>
  );
}
