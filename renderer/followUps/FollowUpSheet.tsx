import { Button, Select, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconClock, IconUser } from '@tabler/icons-react';
import { useState } from 'react';
import type { Failure } from '../../shared/errors.ts';
import { type FollowUp, type FollowUpEntry, followUpOutcomes } from '../../shared/model/followUp.ts';
import { useNowMs } from '../desk/deskStore.ts';
import { useLook } from '../lists/calls.ts';
import { Awaited } from '../lists/Empty.tsx';
import { momentWords } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { SideSheet } from '../lists/SideSheet.tsx';
import { Mark, StatusMark } from '../lists/StatusMark.tsx';
import { useSite } from '../lists/site.ts';
import { addressWords } from '../lists/words.ts';
import { PersonSheet } from '../people/PersonSheet.tsx';
import { SlipPart } from '../results/SlipForm.tsx';
import { useFailureText, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';
import look from './followUps.module.css';

type Step = FollowUp['steps'][number];

/** One positive: what was done for it, what is due, and its end. */
export function FollowUpSheet(props: { readonly testId: string | null; readonly onClose: () => void }) {
  const t = useText();
  const [personId, setPersonId] = useState<string | null>(null);
  const close = (): void => {
    setPersonId(null);
    props.onClose();
  };
  return (
    <>
      <SideSheet
        title={t('followUps.sheet')}
        isOpen={props.testId !== null && personId === null}
        onClose={close}
        size="36rem"
      >
        {props.testId !== null && <Loaded key={props.testId} testId={props.testId} onPerson={setPersonId} />}
      </SideSheet>
      <PersonSheet personId={personId} onClose={() => setPersonId(null)} />
    </>
  );
}

function Loaded(props: { readonly testId: string; readonly onPerson: (personId: string) => void }) {
  const looked = useLook('followUps.get', { testId: props.testId });
  if (looked.value === undefined) return <Awaited failure={looked.failure} onRetry={looked.again} />;
  return <Detail followUp={looked.value.followUp} onPerson={props.onPerson} />;
}

function Detail(props: { readonly followUp: FollowUp; readonly onPerson: (personId: string) => void }) {
  const t = useText();
  const { zone, language, today } = useSite();
  const { followUp } = props;
  const { testId, closedAtMs, entries } = followUp;
  const isOpen = closedAtMs === null;
  const ended = entries.findLast(({ kind }) => kind === 'closed');
  return (
    <>
      <div>
        <div className={css['sheetTop']}>
          <p className={css['sheetName']}>{followUp.nameMasked}</p>
          <span className={css['sheetStatus']}>
            <StatusMark status={followUp.status} />
          </span>
        </div>
        <p className={css['sheetUnder']}>
          {[addressWords(t, followUp.address), t('results.kitTail', { tail: followUp.kitTail })]
            .filter((part) => part !== '')
            .join(' · ')}
        </p>
      </div>
      <div className={css['buttons']}>
        <Button
          variant="default"
          leftSection={<IconUser size="1.125rem" aria-hidden />}
          onClick={() => props.onPerson(followUp.personId)}
        >
          {t('followUps.toPerson')}
        </Button>
      </div>
      <SlipPart testId={testId} status={followUp.status} />
      {!isOpen && ended?.outcome != null && (
        <Notice tone="done">
          {t('followUps.endedAs', {
            outcome: t(`followUps.outcome.${ended.outcome}`),
            time: momentWords(closedAtMs, zone, language, today),
          })}
        </Notice>
      )}
      <ol className={look['steps']}>
        {followUp.steps.map((step) => (
          <StepCard key={step.step} testId={testId} step={step} isOpen={isOpen} />
        ))}
      </ol>
      {isOpen ? <CloseForm followUp={followUp} /> : followUp.status === 'positive' && <Reopen testId={testId} />}
      {entries.length > 0 && (
        <div className={css['sheetPart']}>
          <h3 className={css['section']}>{t('results.history')}</h3>
          <ol className={look['entries']}>
            {entries.map((entry) => (
              <li key={entry.n}>
                <time>{momentWords(entry.atMs, zone, language, today)}</time>
                <span>{entryWords(t, entry)}</span>
              </li>
            ))}
          </ol>
        </div>
      )}
    </>
  );
}

function StepCard(props: { readonly testId: string; readonly step: Step; readonly isOpen: boolean }) {
  const t = useText();
  const { zone, language, today } = useSite();
  const nowMs = useNowMs();
  const { step, isOpen, testId } = props;
  const isBlocked = step.waitsFor.length > 0;
  const at = (ms: number) => momentWords(ms, zone, language, today);
  return (
    <li className={look['step']} data-step={step.step}>
      <div className={look['stepTop']}>
        <span className={css['strong']}>{t(`followUps.step.${step.step}`)}</span>
        {step.done !== null ? (
          <Mark tone="done" icon={IconCircleCheck} word={t('followUps.doneAt', { time: at(step.done.atMs) })} />
        ) : !isOpen ? (
          <span className={css['quiet']}>{t('followUps.notDone')}</span>
        ) : step.dueAtMs < nowMs ? (
          <Mark tone="attention" icon={IconAlertTriangle} word={t('followUps.wasDue', { time: at(step.dueAtMs) })} />
        ) : (
          <Mark tone="waiting" icon={IconClock} word={t('followUps.dueAt', { time: at(step.dueAtMs) })} />
        )}
      </div>
      {step.done !== null && (
        <p className={css['quiet']}>
          {[step.done.operatorName ?? '', step.done.note].filter((part) => part !== '').join(' · ')}
        </p>
      )}
      {isOpen && step.done === null && isBlocked && (
        <p className={css['quiet']}>
          {t('followUps.waitsFor', {
            steps: step.waitsFor.map((each) => t(`followUps.step.${each}`)).join(t('followUps.and')),
          })}
        </p>
      )}
      {isOpen && step.done === null && !isBlocked && (
        <NoteForm method="followUps.note" testId={testId} step={step} button={t('followUps.noteDone')} least={0} />
      )}
      {isOpen && step.done !== null && <Withdraw testId={testId} step={step} />}
    </li>
  );
}

/** A few words and one button. `least` is how many characters it cannot do without. */
function NoteForm(props: {
  readonly method: 'followUps.note' | 'followUps.withdraw' | 'followUps.reopen';
  readonly testId: string;
  readonly step?: Step;
  readonly button: string;
  readonly least: number;
  readonly onDone?: () => void;
}) {
  const t = useText();
  const failureText = useFailureText();
  const action = useStationAction(props.method);
  const [note, setNote] = useState('');
  const [isTried, setTried] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const isShort = note.trim().length < props.least;

  async function submit(): Promise<void> {
    setTried(true);
    if (isShort || action.isBusy) return;
    const step = props.step === undefined ? {} : { step: props.step.step };
    const reply = await action.run({
      requestId: crypto.randomUUID(),
      testId: props.testId,
      note: note.trim(),
      ...step,
    } as never);
    if (!reply.ok) return setFailure(reply.error);
    setFailure(null);
    setNote('');
    props.onDone?.();
  }
  return (
    <form
      className={look['stepForm']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextInput
        className={look['note'] ?? ''}
        aria-label={t(props.least > 0 ? 'results.reason' : 'followUps.note')}
        placeholder={t(props.least > 0 ? 'results.reason' : 'followUps.note')}
        maxLength={200}
        value={note}
        onChange={(event) => {
          setNote(event.currentTarget.value);
          setFailure(null);
        }}
        error={failure !== null ? failureText(failure) : isTried && isShort ? t('results.reasonWordsHint') : undefined}
      />
      <Button type="submit" variant="default" loading={action.isBusy}>
        {props.button}
      </Button>
    </form>
  );
}

function Withdraw(props: { readonly testId: string; readonly step: Step }) {
  const t = useText();
  const [isAsked, setAsked] = useState(false);
  if (!isAsked) {
    return (
      <Button variant="subtle" size="compact-md" ml="-0.5rem" onClick={() => setAsked(true)}>
        {t('followUps.withdraw')}
      </Button>
    );
  }
  return (
    <NoteForm
      method="followUps.withdraw"
      testId={props.testId}
      step={props.step}
      button={t('followUps.withdraw')}
      least={2}
      onDone={() => setAsked(false)}
    />
  );
}

function Reopen(props: { readonly testId: string }) {
  const t = useText();
  return <NoteForm method="followUps.reopen" testId={props.testId} button={t('followUps.reopen')} least={2} />;
}

function CloseForm(props: { readonly followUp: FollowUp }) {
  const t = useText();
  const failureText = useFailureText();
  const closing = useStationAction('followUps.close');
  const [outcome, setOutcome] = useState<(typeof followUpOutcomes)[number] | null>(null);
  const [note, setNote] = useState('');
  const [isTried, setTried] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const left = props.followUp.steps.filter(({ done }) => done === null).length;
  const needsWords = left > 0 && note.trim().length < 2;

  async function submit(): Promise<void> {
    setTried(true);
    if (outcome === null || needsWords || closing.isBusy) return;
    const { testId } = props.followUp;
    const reply = await closing.run({ requestId: crypto.randomUUID(), testId, outcome, note: note.trim() });
    if (!reply.ok) setFailure(reply.error);
  }
  return (
    <form
      className={css['form']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h3 className={css['section']}>{t('followUps.close')}</h3>
      <Select
        label={t('followUps.how')}
        placeholder={t('followUps.howHint')}
        value={outcome}
        onChange={(value) => setOutcome(followUpOutcomes.find((each) => each === value) ?? null)}
        data={followUpOutcomes.map((value) => ({ value, label: t(`followUps.outcome.${value}`) }))}
        error={isTried && outcome === null ? t('followUps.howHint') : undefined}
      />
      <TextInput
        label={t('followUps.note')}
        description={left > 0 ? t('followUps.leftHint', { n: left }) : undefined}
        maxLength={200}
        value={note}
        onChange={(event) => {
          setNote(event.currentTarget.value);
          setFailure(null);
        }}
        error={
          failure !== null ? failureText(failure) : isTried && needsWords ? t('results.reasonWordsHint') : undefined
        }
      />
      <div className={css['buttons']}>
        <Button type="submit" loading={closing.isBusy}>
          {t('followUps.closeNow')}
        </Button>
      </div>
    </form>
  );
}

function entryWords(t: ReturnType<typeof useText>, entry: FollowUpEntry): string {
  const by = entry.operatorName ?? t('followUps.byProgram');
  const what =
    entry.kind === 'closed'
      ? t('followUps.entry.closed', { outcome: t(`followUps.outcome.${entry.outcome ?? 'other'}`) })
      : entry.kind === 'reopened'
        ? t('followUps.entry.reopened')
        : t(`followUps.entry.${entry.kind}`, { step: t(`followUps.step.${entry.step ?? 'confirmed'}`) });
  return [what, by, entry.note].filter((part) => part !== '').join(' · ');
}
