import {
  IconArrowBackUp,
  IconBarcode,
  IconCircleMinus,
  IconCirclePlus,
  IconCircleX,
  IconClock,
  IconHelpCircle,
  IconLink,
  IconPencil,
} from '@tabler/icons-react';
import type { ComponentType, ReactNode } from 'react';
import type { Output } from '../../shared/contract.ts';
import type { KitCorrection } from '../../shared/model/pattern.ts';
import type { ResultOutcome, ResultRevision } from '../../shared/model/test.ts';
import { dayWords, momentWords } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { useSite } from '../lists/site.ts';
import { useText } from '../text/index.ts';
import { reasonWords } from './reasons.ts';
import look from './results.module.css';

export type StepIcon = ComponentType<{ size?: string | number; 'aria-hidden'?: boolean }>;
const outcomeIcons: Readonly<Record<ResultOutcome, StepIcon>> = {
  negative: IconCircleMinus,
  positive: IconCirclePlus,
  invalid: IconHelpCircle,
};

/** What happened to a test, oldest first; nothing is ever taken out of it. */
export function TestHistory(props: { readonly detail: Output<'tests.get'> }) {
  const t = useText();
  const { test, revisions, corrections } = props.detail;
  const reading = (revision: ResultRevision) => (
    <Reading key={revision.revision} revision={revision} testDay={test.day} />
  );
  const firstCorrectedMs = corrections[0]?.atMs ?? Number.POSITIVE_INFINITY;
  return (
    <ol className={look['history']}>
      <Step atMs={test.boundAtMs} icon={IconLink} title={t('results.bound')}>
        {t('results.boundBy', { operator: test.boundByName })}
        {test.retestOf !== null && ` · ${t('results.retestOf')}`}
      </Step>
      {revisions.filter(({ readAtMs }) => readAtMs <= firstCorrectedMs).map(reading)}
      {corrections.map((correction, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: corrections are only ever added behind
        <Correction key={index} correction={correction} />
      ))}
      {revisions.filter(({ readAtMs }) => readAtMs > firstCorrectedMs).map(reading)}
      {test.status === 'pending' && <Step atMs={null} icon={IconClock} title={t('results.notYetRead')} />}
      {test.status === 'undone' && <Step atMs={null} icon={IconArrowBackUp} title={t('results.wasUndone')} />}
      {test.voided !== null && (
        <Step atMs={test.voided.atMs} icon={IconCircleX} title={t('lists.status.void')}>
          {t('results.voidedBy', { operator: test.voided.operatorName })}
          <br />
          {t('results.reasonIs', { reason: reasonWords(t, test.voided.reason) })}
        </Step>
      )}
    </ol>
  );
}

/** A change of the kit, with the reason. */
export function Correction(props: { readonly correction: KitCorrection }) {
  const t = useText();
  const { operatorName, fromSerial, toSerial, reason, isUndo, atMs } = props.correction;
  return (
    <Step
      atMs={atMs}
      icon={isUndo ? IconArrowBackUp : IconBarcode}
      title={t(isUndo ? 'repairs.historyUndo' : 'repairs.history')}
    >
      {t('repairs.historyBy', { operator: operatorName, from: fromSerial, to: toSerial })}
      <br />
      {t('results.reasonIs', { reason })}
    </Step>
  );
}

/** A result as one step: who read, confirmed and approved it, and why it was changed. */
export function Reading(props: { readonly revision: ResultRevision; readonly testDay: string }) {
  const t = useText();
  const { language, today } = useSite();
  const { revision, testDay } = props;
  const outcome = t(`lists.status.${revision.outcome}`);
  return (
    <Step
      atMs={revision.readAtMs}
      icon={revision.revision === 1 ? outcomeIcons[revision.outcome] : IconPencil}
      isPositive={revision.outcome === 'positive'}
      title={revision.revision === 1 ? outcome : `${t('results.corrected')} · ${outcome}`}
    >
      {t('results.readBy', { operator: revision.operatorName })}
      {revision.confirmedByName !== null && ` · ${t('results.confirmedBy', { name: revision.confirmedByName })}`}
      {revision.approved !== null && (
        <>
          <br />
          {t('results.approvedBy', { name: revision.approved.byName, reason: revision.approved.reason })}
        </>
      )}
      {revision.reason !== null && (
        <>
          <br />
          {t('results.reasonIs', { reason: reasonWords(t, revision.reason) })}
        </>
      )}
      {revision.overrideReason !== null && (
        <>
          <br />
          {t('results.overridden', { reason: reasonWords(t, revision.overrideReason) })}
        </>
      )}
      {revision.revision === 1 && revision.readDay !== testDay && (
        <>
          <br />
          {t('results.readLater', { day: dayWords(revision.readDay, language, today) })}
        </>
      )}
    </Step>
  );
}

/** One step of a history: a word and an icon, when, and more words beneath. */
export function Step(props: {
  readonly atMs: number | null;
  readonly icon: StepIcon;
  readonly title: string;
  readonly isPositive?: boolean;
  readonly children?: ReactNode;
}) {
  const { zone, language, today } = useSite();
  const Icon = props.icon;
  return (
    <li className={look['step']}>
      <span className={look['dot']} data-positive={props.isPositive || undefined}>
        <Icon size="1.25rem" aria-hidden />
      </span>
      <div className={look['stepBody']}>
        <div className={look['stepTop']}>
          <span className={css['strong']} data-positive={props.isPositive || undefined}>
            {props.title}
          </span>
          {props.atMs !== null && (
            <time className={css['quiet']}>{momentWords(props.atMs, zone, language, today)}</time>
          )}
        </div>
        {props.children !== undefined && <div className={css['quiet']}>{props.children}</div>}
      </div>
    </li>
  );
}
