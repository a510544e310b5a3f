import { Button, Progress, Radio } from '@mantine/core';
import { IconFileExport } from '@tabler/icons-react';
import { useState } from 'react';
import { exportReasons } from '../../shared/model/disclosure.ts';
import type { TestStatus } from '../../shared/model/test.ts';
import { dayWords, figure } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { SideSheet } from '../lists/SideSheet.tsx';
import { may, useSite } from '../lists/site.ts';
import { type StatedDraft, StatedReason, statedFault } from '../privacy/StatedReason.tsx';
import { useFailureText } from '../station.ts';
import { useText } from '../text/index.ts';
import { type ExportKind, type ExportState, exportFlows, useExport } from './exportFlow.ts';
import look from './exports.module.css';

/** What the list on the screen holds: the file holds the same. */
export type Listed = {
  readonly query: string;
  /** Tests only; null for all days. */
  readonly day?: string | null;
  readonly status?: TestStatus | null;
  /** Tests only: those done with what a recall stops, by its words. */
  readonly recall?: { readonly id: string; readonly name: string };
  /** Not-tested lists only: the round, and the part of its list that is shown. */
  readonly round?: {
    readonly id: string;
    readonly name: string;
    readonly building: string | null;
    readonly absence: 'any' | 'none' | 'noted';
  };
};

/** Named by what it holds and the day, never by whom. */
const fileNames = {
  people: { masked: 'privacy.export.fileName.people', inClear: 'privacy.export.fileName.peopleInClear' },
  notTested: { masked: 'privacy.export.fileName.notTested', inClear: 'privacy.export.fileName.notTestedInClear' },
  tests: { masked: 'privacy.export.fileName.tests', inClear: 'privacy.export.fileName.testsInClear' },
} as const;

/** What a file is follows from its name's end; both are offered in the dialog. */
const formats = ['xlsx', 'csv'] as const;

type Draft = StatedDraft<(typeof exportReasons)[number]>;

/** The list as a file: masked, or in full for a reason by whoever may. */
export function ExportButton(props: { readonly kind: ExportKind; readonly listed: Listed }) {
  const t = useText();
  const state = useExport(props.kind);
  const [isOpen, setOpen] = useState(false);
  const close = (): void => {
    setOpen(false);
    exportFlows[props.kind].forget();
  };
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconFileExport size="1.125rem" aria-hidden />}
        loading={state.step === 'running' && !isOpen}
        onClick={() => setOpen(true)}
      >
        {t('privacy.export.open')}
      </Button>
      <SideSheet title={t(`privacy.export.title.${props.kind}`)} isOpen={isOpen} onClose={close}>
        <Body {...props} state={state} onClose={close} />
      </SideSheet>
    </>
  );
}

function Body(props: {
  readonly kind: ExportKind;
  readonly listed: Listed;
  readonly state: ExportState;
  readonly onClose: () => void;
}) {
  const t = useText();
  const { kind, state } = props;
  switch (state.step) {
    case 'running':
      return (
        <div className={css['form']} data-export="running">
          <p className={css['strong']} role="status">
            {t('privacy.export.running')}
          </p>
          <Progress
            aria-label={t('privacy.export.running')}
            value={state.total === 0 ? 0 : (state.done / state.total) * 100}
            size="lg"
          />
          <p className={css['quiet']}>
            {t('privacy.export.progress', { done: figure(state.done), total: figure(state.total) })}
          </p>
          <p className={css['faint']}>{t('privacy.export.goOn')}</p>
          <div className={css['buttons']}>
            <Button variant="default" onClick={exportFlows[kind].stop}>
              {t('privacy.export.stop')}
            </Button>
          </div>
        </div>
      );
    case 'done': {
      const { path, rows, sha256 } = state.exported;
      return (
        <div className={css['form']} data-export="done">
          <Notice tone="done">{t('privacy.export.done', { rows: figure(rows) })}</Notice>
          <dl className={css['facts']}>
            <dt>{t('privacy.export.path')}</dt>
            <dd data-selectable className={look['long']}>
              {path}
            </dd>
            <dt>{t('privacy.export.rows')}</dt>
            <dd>{figure(rows)}</dd>
            <dt>{t('privacy.export.fingerprint')}</dt>
            <dd data-selectable className={look['long']}>
              <code>{sha256}</code>
            </dd>
          </dl>
          <p className={css['faint']}>{t('privacy.export.recorded')}</p>
          <div className={css['buttons']}>
            <Button onClick={props.onClose}>{t('lists.close')}</Button>
            <Button variant="default" onClick={exportFlows[kind].forget}>
              {t('privacy.export.again')}
            </Button>
          </div>
        </div>
      );
    }
    default:
      return <WishForm {...props} />;
  }
}

function WishForm(props: {
  readonly kind: ExportKind;
  readonly listed: Listed;
  readonly state: ExportState;
  readonly onClose: () => void;
}) {
  const t = useText();
  const site = useSite();
  const failureText = useFailureText();
  const { kind, listed, state } = props;
  const [isInClear, setInClear] = useState(false);
  const [format, setFormat] = useState<(typeof formats)[number]>('xlsx');
  const [reason, setReason] = useState<Draft>({ code: null, text: '' });
  const [isTried, setTried] = useState(false);
  const mayClear = may(site.operator, 'people.exportInClear');
  const failure = state.step === 'failed' ? state.failure : null;
  const isOfWords = failure?.code === 'REASON_PERSONAL';

  const { round, recall } = listed;
  const what = [
    ...(round !== undefined
      ? [round.name, ...(round.building === null ? [] : [round.building]), t(`rounds.absence.${round.absence}`)]
      : kind === 'people'
        ? listed.query === ''
          ? [t('privacy.export.everybody')]
          : []
        : recall !== undefined
          ? [recall.name]
          : [
              listed.day === null || listed.day === undefined
                ? t('privacy.export.anyDay')
                : t('privacy.export.day', { day: dayWords(listed.day, site.language, site.today) }),
            ]),
    ...(listed.status === null || listed.status === undefined
      ? []
      : [t('privacy.export.status', { status: t(`lists.status.${listed.status}`) })]),
    ...(listed.query === '' ? [] : [t('privacy.export.found', { query: listed.query })]),
  ];

  function submit(): void {
    setTried(true);
    if (isInClear && statedFault(reason) !== null) return;
    const inClear = isInClear && reason.code !== null ? { code: reason.code, text: reason.text.trim() } : null;
    const common = { language: site.language, inClear, query: listed.query };
    const day = kind === 'tests' ? (listed.day ?? site.today) : site.today;
    const named = t(inClear === null ? fileNames[kind].masked : fileNames[kind].inClear, { day });
    const name = named.replace(/\.csv$/, `.${format}`);
    if (round !== undefined) {
      const { id: roundId, building, absence } = round;
      const part = building === null ? {} : { building };
      exportFlows.notTested.start({ language: site.language, inClear, roundId, absence, ...part }, name);
      return;
    }
    if (kind === 'people') exportFlows.people.start(common, name);
    else
      exportFlows.tests.start(
        {
          ...common,
          ...(listed.day === null || listed.day === undefined ? {} : { day: listed.day }),
          ...(listed.status === null || listed.status === undefined ? {} : { status: listed.status }),
          ...(recall === undefined ? {} : { recallId: recall.id }),
        },
        name,
      );
  }

  return (
    <form
      className={css['form']}
      noValidate
      data-export="wish"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <dl className={css['facts']}>
        <dt>{t('privacy.export.what')}</dt>
        <dd>{what.join(' · ')}</dd>
      </dl>
      {mayClear && (
        <Radio.Group
          label={t('privacy.export.how')}
          value={isInClear ? 'inClear' : 'masked'}
          onChange={(value) => {
            setInClear(value === 'inClear');
            exportFlows[kind].forget();
          }}
        >
          <div className={look['ways']}>
            {(['masked', 'inClear'] as const).map((way) => (
              <Radio
                key={way}
                value={way}
                label={t(`privacy.export.${way}`)}
                description={t(`privacy.export.${way}Hint`)}
              />
            ))}
          </div>
        </Radio.Group>
      )}
      <Radio.Group
        label={t('privacy.export.format')}
        value={format}
        onChange={(value) => setFormat(value === 'csv' ? 'csv' : 'xlsx')}
      >
        <div className={look['beside']}>
          {formats.map((each) => (
            <Radio key={each} value={each} label={t(`privacy.export.formats.${each}`)} />
          ))}
        </div>
      </Radio.Group>
      {isInClear ? (
        <StatedReason
          codes={exportReasons}
          word={(code) => t(`privacy.export.reason.${code}`)}
          value={reason}
          isTried={isTried}
          refused={isOfWords ? failureText(failure) : null}
          onChange={(value) => {
            setReason(value);
            exportFlows[kind].forget();
          }}
        />
      ) : (
        !mayClear && <Notice tone="neutral">{t('privacy.export.maskedHint')}</Notice>
      )}
      {failure !== null && !isOfWords && <Notice tone="refused">{failureText(failure)}</Notice>}
      <div className={css['buttons']}>
        <Button type="submit" loading={state.step === 'choosing'}>
          {t('privacy.export.start')}
        </Button>
        <Button variant="default" onClick={props.onClose}>
          {t('lists.cancel')}
        </Button>
      </div>
    </form>
  );
}
