import {
  IconBan,
  IconCircleCheck,
  IconCircleMinus,
  IconCirclePlus,
  IconClock,
  IconDroplet,
  IconEye,
  IconFileCheck,
  IconFiles,
  IconFileX,
  IconTrash,
} from '@tabler/icons-react';
import type { Stage } from '../../shared/model/desk.ts';
import type { ScannedSlip } from '../../shared/model/slip.ts';
import { outcomes, type ResultOutcome } from '../../shared/model/test.ts';
import { clockOf } from '../lists/formats.ts';
import { hasSlip } from '../results/SlipForm.tsx';
import { type Text, useText } from '../text/index.ts';
import { Kbd } from '../ui/Kbd.tsx';
import css from './desk.module.css';
import { useNowMs } from './deskStore.ts';
import { useHand } from './hand.ts';
import {
  ClearKey,
  Facts,
  KeyButton,
  Line,
  Outcome,
  Person,
  SlipKey,
  useTestFacts,
  Verdict,
  VoidKey,
} from './parts.tsx';
import { countdown, momentAt } from './words.ts';

type Test = Extract<Stage, { kind: 'test' }>;

const keys: Readonly<Record<ResultOutcome, string>> = { negative: 'F5', positive: 'F6', invalid: 'F7' };
const marks = { negative: IconCircleMinus, positive: IconCirclePlus, invalid: IconBan };

/** A bound kit was scanned again: whose it is, its clock, and the results that may be given now. */
export function TestStage({ stage }: { readonly stage: Test }) {
  const t = useText();
  const hand = useHand();
  const facts = useTestFacts(stage.test);
  const { blockedBy, test } = stage;
  // Another station of the site bound it: it is read here and nothing else.
  const isElsewhere = test.boundAtStation !== undefined;
  const isOver = test.status === 'void' || test.status === 'undone';
  const look =
    stage.slip !== null
      ? slipLook(t, stage.slip)
      : blockedBy === null
        ? { tone: 'waiting' as const, icon: IconEye, word: t('desk.test.readable') }
        : blockedBy === 'void'
          ? {
              tone: 'neutral' as const,
              icon: IconTrash,
              word: t(test.status === 'undone' ? 'desk.test.undone' : 'desk.test.void'),
            }
          : blockedBy === 'alreadyResulted'
            ? { tone: 'neutral' as const, icon: IconCircleCheck, word: t('desk.test.alreadyResulted') }
            : blockedBy === 'notDropped'
              ? { tone: 'neutral' as const, icon: IconDroplet, word: t('desk.test.notDropped') }
              : blockedBy === 'tooEarly'
                ? { tone: 'neutral' as const, icon: IconClock, word: t('desk.test.tooEarly') }
                : { tone: 'attention' as const, word: t(`desk.test.${blockedBy}`) };
  return (
    <>
      <Verdict {...look}>
        {test.status === 'invalid' && !isElsewhere && (
          <KeyButton keyName="F4" label={t('desk.keys.retest')} onPress={hand.retest} />
        )}
        {hasSlip(test.status) && !isElsewhere && <SlipKey />}
        {!isOver && !isElsewhere && <VoidKey />}
        <ClearKey />
      </Verdict>
      <div className={css['personAndClock']}>
        <Person person={test.person} />
        <TestClock stage={stage} />
      </div>
      {(blockedBy === null || stage.allowed.length > 0 || stage.mayOverride) && <Results stage={stage} />}
      {stage.slip === null ? <Why stage={stage} /> : <Scanned slip={stage.slip} />}
      <Facts facts={facts} />
    </>
  );
}

/** What a scanned slip is worth, in a word. */
function slipLook(t: Text, slip: ScannedSlip) {
  const word = t(`slip.scanned.${slip.standing}`);
  return slip.standing === 'holds'
    ? { tone: 'done' as const, icon: IconFileCheck, word }
    : { tone: 'attention' as const, icon: slip.standing === 'replaced' ? IconFiles : IconFileX, word };
}

/** Which print it is and what should stand on it: a paper that somebody wrote on is found out. */
function Scanned({ slip }: { readonly slip: ScannedSlip }) {
  const t = useText();
  const hand = useHand();
  const time = momentAt(t, hand, slip.printedAtMs, useNowMs());
  return (
    <p className={css['line']} data-tone={slip.standing === 'holds' ? 'quiet' : 'attention'}>
      {t(`slip.hints.${slip.standing}`, { n: slip.number, time })}{' '}
      {slip.status === 'void' ? <b>{t('slip.status.void')}</b> : <Outcome outcome={slip.status} />}
    </p>
  );
}

function TestClock({ stage }: { readonly stage: Test }) {
  const t = useText();
  const nowMs = useNowMs();
  const { opensAtMs, closesAtMs, status } = stage.test;
  if (opensAtMs === null || closesAtMs === null || status !== 'pending') return null;
  const state = nowMs < opensAtMs ? 'toGo' : nowMs <= closesAtMs ? 'left' : 'over';
  const ms = { toGo: opensAtMs - nowMs, left: closesAtMs - nowMs, over: nowMs - closesAtMs }[state];
  return (
    <div className={css['testClock']} data-state={state} role="timer" aria-live="off">
      <span>{t(`desk.test.${state}`)}</span>
      <b>{countdown(ms)}</b>
    </div>
  );
}

/** Three keys of the same weight; which was pressed cannot be seen from a step away. */
function Results({ stage }: { readonly stage: Test }) {
  const t = useText();
  const hand = useHand();
  return (
    <fieldset className={css['results']} aria-label={t('desk.test.choose')}>
      {outcomes.map((outcome) => {
        const Mark = marks[outcome];
        const isAllowed = stage.allowed.includes(outcome);
        return (
          <button
            key={outcome}
            type="button"
            className={css['result']}
            data-outcome={outcome}
            disabled={!isAllowed && !stage.mayOverride}
            onClick={(event) => {
              event.currentTarget.blur();
              hand.record(outcome);
            }}
          >
            <Mark size="1.75rem" stroke={1.8} aria-hidden />
            <span className={css['resultWords']}>
              {t(`desk.outcome.${outcome}`)}
              {!isAllowed && stage.mayOverride && <small>{t('desk.keys.override')}</small>}
            </span>
            <Kbd>{keys[outcome]}</Kbd>
          </button>
        );
      })}
    </fieldset>
  );
}

function Why({ stage }: { readonly stage: Test }) {
  const t = useText();
  const hand = useHand();
  const { blockedBy, mayOverride, test } = stage;
  switch (blockedBy) {
    case null:
      return <Line>{t('desk.test.choose')}</Line>;
    case 'tooEarly':
      return (
        <Line>
          {t('desk.test.tooEarlyHint', { clock: test.opensAtMs === null ? '' : clockOf(test.opensAtMs, hand.zone) })}
        </Line>
      );
    case 'tooLate':
      return <Line tone="attention">{t(mayOverride ? 'desk.test.tooLateOverride' : 'desk.test.tooLateHint')}</Line>;
    case 'clockBehind':
      return (
        <Line tone="attention">{t(mayOverride ? 'desk.test.clockBehindOverride' : 'desk.test.clockBehindHint')}</Line>
      );
    case 'notDropped':
      return <Line>{t('desk.test.notDroppedHint')}</Line>;
    case 'alreadyResulted':
      return <Line>{t('desk.test.alreadyResultedHint')}</Line>;
    case 'void':
      return <Line>{t(test.status === 'undone' ? 'desk.undone.hint' : 'desk.test.voidHint')}</Line>;
  }
}
