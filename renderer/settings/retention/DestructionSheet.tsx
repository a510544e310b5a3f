import { ok } from '../../../shared/errors.ts';
import { useLook } from '../../lists/calls.ts';
import { Awaited } from '../../lists/Empty.tsx';
import { figure, momentWords } from '../../lists/formats.ts';
import css from '../../lists/lists.module.css';
import { Notice } from '../../lists/Notice.tsx';
import { useSite } from '../../lists/site.ts';
import { useOntoPaper } from '../../lists/useOntoPaper.tsx';
import { useStationAction } from '../../station.ts';
import { useText } from '../../text/index.ts';
import look from './retention.module.css';

/** The record of one destruction, to look at and to print. */
export function DestructionSheet(props: { readonly destructionId: string }) {
  const t = useText();
  const { zone, language, today } = useSite();
  const found = useLook('retention.find', { destructionId: props.destructionId });
  const print = useStationAction('print.destruction');
  const paper = useOntoPaper({
    print: async (where) => {
      const reply = await print.run({ destructionId: props.destructionId, language, ...where });
      return reply.ok
        ? ok(t(reply.value.path === null ? 'retention.record.printed' : 'retention.record.saved'))
        : reply;
    },
  });
  if (found.value === undefined) return <Awaited failure={found.failure} onRetry={found.again} />;
  const { destruction } = found.value;
  const period = (days: number | null): string =>
    days === null ? t('retention.periods.forEver') : t('retention.record.days', { days });
  const facts: readonly (readonly [string, string])[] = [
    [t('retention.records.number'), figure(destruction.number)],
    [t('retention.records.by'), destruction.operatorName],
    [t('retention.record.begun'), momentWords(destruction.startedAtMs, zone, language, today)],
    [
      t('retention.record.ended'),
      destruction.endedAtMs === null
        ? t('retention.record.brokenOff')
        : momentWords(destruction.endedAtMs, zone, language, today),
    ],
    [t('retention.record.testsKept'), period(destruction.periods.testsDays)],
    [t('retention.record.peopleKept'), period(destruction.periods.peopleDays)],
    [
      t('retention.record.testsGone'),
      t('retention.record.testsOfDays', { tests: figure(destruction.tests), days: figure(destruction.days) }),
    ],
    [t('retention.record.peopleGone'), figure(destruction.people)],
    [t('retention.record.auditKept'), period(destruction.periods.auditDays)],
    [t('retention.record.entriesGone'), figure(destruction.entries)],
  ];
  return (
    <>
      <dl className={css['facts']}>
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {destruction.sha256 === null ? (
        <Notice tone="attention">{t('retention.due.brokenOff')}</Notice>
      ) : (
        <p className={look['digest']}>
          {t('retention.record.digest')}
          <code>{destruction.sha256.replaceAll(/(.{8})/g, '$1 ').trim()}</code>
        </p>
      )}
      {paper.buttons}
      {paper.notes}
    </>
  );
}
