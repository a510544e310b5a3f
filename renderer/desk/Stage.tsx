import { IconArrowBackUp, IconDroplet, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useCallback } from 'react';
import type { DeskView, Stage as StageView, Tone } from '../../shared/model/desk.ts';
import { overrideReasons, secondTestReasons, voidReasons } from '../../shared/model/test.ts';
import { goTo } from '../frame/where.ts';
import { figure } from '../lists/formats.ts';
import { may } from '../lists/site.ts';
import { sexAgeWords } from '../lists/words.ts';
import { shownName, useHides } from '../privacy/privacy.ts';
import { reasonWords } from '../results/reasons.ts';
import { useStation, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';
import { Kbd } from '../ui/Kbd.tsx';
import { ScanIcon } from '../ui/ScanIcon.tsx';
import { Choose } from './Choose.tsx';
import css from './desk.module.css';
import { desk, useDeskView, useNowMs } from './deskStore.ts';
import { FindPerson } from './FindPerson.tsx';
import { type Overlay, useHand, useNumberKeys } from './hand.ts';
import { NewPerson } from './NewPerson.tsx';
import { Practice } from './Practice.tsx';
import {
  BackKey,
  ClearKey,
  Facts,
  KeyButton,
  Line,
  Outcome,
  Person,
  SlipKey,
  useKitFacts,
  useTestFacts,
  Verdict,
  VoidKey,
  Waits,
  Warnings,
} from './parts.tsx';
import { Reasons } from './Reasons.tsx';
import { TestStage } from './TestStage.tsx';
import { TypedCode } from './TypedCode.tsx';
import { momentAt, refusalWords } from './words.ts';

type Of<K extends StageView['kind']> = Extract<StageView, { kind: K }>;

/** How a stage feels. A positive feels like any other result: nobody learns it from across the room. */
function toneOf(stage: StageView): Tone {
  switch (stage.kind) {
    case 'idle':
      return 'neutral';
    case 'person':
      return stage.replacedMasked === null ? 'waiting' : 'attention';
    case 'kit':
      return stage.replacedTail === null ? 'waiting' : 'attention';
    case 'choose':
    case 'newPerson':
    case 'secondTest':
    case 'voidReason':
    case 'voided':
    case 'undone':
      return 'attention';
    case 'bound':
      return stage.test.kit.warnings.some((warning) => warning.code !== 'codeWarning') ? 'attention' : 'done';
    case 'test':
      if (stage.slip !== null) return stage.slip.standing === 'holds' ? 'done' : 'attention';
      return stage.blockedBy === 'tooLate' || stage.blockedBy === 'clockBehind'
        ? 'attention'
        : stage.blockedBy === null
          ? 'waiting'
          : 'neutral';
    case 'confirmPositive':
      return 'waiting';
    case 'dropped':
    case 'recorded':
      return 'done';
    case 'refused':
      return 'refused';
  }
}

/** What the overlay, or else the stage, shows; one thing at a time. */
export function Stage(props: {
  readonly view: DeskView;
  readonly overlay: Overlay | null;
  /** The stage has changed under the overlay since it was opened. */
  readonly isNewer: boolean;
  readonly isPractising: boolean;
  readonly failure: string | null;
}) {
  const t = useText();
  const { view, overlay } = props;
  const { stage } = view;
  const tone: Tone =
    overlay === null ? toneOf(stage) : overlay.kind === 'void' || overlay.kind === 'override' ? 'attention' : 'neutral';
  return (
    <section
      className={css['stage']}
      aria-label={t('desk.stage')}
      data-stage={stage.kind}
      data-overlay={overlay?.kind ?? ''}
      data-tone={tone}
      data-version={view.version}
    >
      <div className={css['stageBody']}>
        {props.failure !== null && (
          <p className={css['failure']} role="alert">
            {t('desk.failure', { why: props.failure })}
          </p>
        )}
        {overlay === null ? (
          <OnStage view={view} />
        ) : (
          <OnOverlay view={view} overlay={overlay} isNewer={props.isNewer} />
        )}
        {props.isPractising && overlay === null && <Practice stage={stage} />}
      </div>
    </section>
  );
}

function OnOverlay(props: {
  readonly view: DeskView;
  readonly overlay: Overlay;
  readonly isNewer: boolean;
}): ReactNode {
  const t = useText();
  const { view, overlay } = props;
  switch (overlay.kind) {
    case 'find':
      return <FindPerson />;
    case 'typed':
      return <TypedCode />;
    case 'newPerson':
      return (
        <NewPerson
          name={overlay.name}
          scanned={null}
          kitTail={view.stage.kind === 'kit' ? view.stage.kit.tail : null}
          title={t('desk.newPerson.manual')}
          today={view.day}
          refused={props.isNewer && view.stage.kind === 'refused' ? view.stage : null}
        />
      );
    case 'void':
      return 'test' in view.stage ? <VoidReason stage={view.stage} isAsked={false} /> : null;
    case 'override':
      return view.stage.kind === 'test' ? (
        <>
          <Verdict tone="attention" word={t('desk.override.word', { outcome: t(`desk.outcome.${overlay.outcome}`) })}>
            <BackKey />
          </Verdict>
          <Person person={view.stage.test.person} />
          <Line>{t('desk.override.hint')}</Line>
          <Reasons codes={overrideReasons} />
        </>
      ) : null;
  }
}

function OnStage(props: { readonly view: DeskView }): ReactNode {
  const { stage } = props.view;
  switch (stage.kind) {
    case 'idle':
      return <Idle registered={props.view.tally.registered} />;
    case 'person':
      return <PersonWaits stage={stage} />;
    case 'kit':
      return <KitWaits stage={stage} />;
    case 'choose':
      return <Choose stage={stage} />;
    case 'newPerson':
      return <UnknownPerson stage={stage} today={props.view.day} />;
    case 'secondTest':
      return <SecondTest stage={stage} />;
    case 'bound':
      return <Bound stage={stage} />;
    case 'test':
      return <TestStage stage={stage} />;
    case 'dropped':
      return <Dropped stage={stage} />;
    case 'confirmPositive':
      return <ConfirmPositive stage={stage} />;
    case 'recorded':
      return <Recorded stage={stage} />;
    case 'voidReason':
      return <VoidReason stage={stage} isAsked />;
    case 'voided':
      return <Voided stage={stage} />;
    case 'undone':
      return <Undone stage={stage} />;
    case 'refused':
      return <Refused stage={stage} />;
  }
}

function Idle(props: { readonly registered: number }) {
  const t = useText();
  const hand = useHand();
  return (
    <div className={css['idle']}>
      <ScanIcon className={css['idleIcon']} stroke={1.6} aria-hidden />
      <h1 className={css['idleWord']}>{t('desk.idle.word')}</h1>
      <p className={css['idleHint']}>
        {t('desk.idle.hintBefore')}{' '}
        <button type="button" className={css['idleKey']} onClick={() => hand.show({ kind: 'find' })}>
          <Kbd>F2</Kbd> {t('desk.idle.hintAfter')}
        </button>
      </p>
      <p className={css['idleCamera']}>
        <button
          type="button"
          className={css['idleKey']}
          onClick={(event) => {
            if (event.detail > 0) event.currentTarget.blur();
            hand.toggleCamera();
          }}
        >
          {t('camera.hintBefore')} <Kbd>{t('camera.key')}</Kbd> {t('camera.hintAfter')}
        </button>
      </p>
      <p className={css['idleToday']}>{t('desk.idle.today', { n: figure(props.registered) })}</p>
      <PracticeHint />
    </div>
  );
}

function PracticeHint() {
  const t = useText();
  const hand = useHand();
  const codes = useStation('practice.codes', {}).data;
  if (codes === undefined || codes.people.length + codes.kits.length === 0) return null;
  return (
    <p className={css['idlePractice']}>
      <button type="button" className={css['idleKey']} onClick={hand.togglePractice}>
        {t('desk.idle.practiceBefore')} <Kbd>F1</Kbd> {t('desk.idle.practiceAfter')}
      </button>
    </p>
  );
}

function PersonWaits({ stage }: { readonly stage: Of<'person'> }) {
  const t = useText();
  return (
    <>
      <Verdict tone={toneOf(stage)} icon={ScanIcon} word={t('desk.person.word')}>
        <Waits untilMs={stage.expiresAtMs} />
        <ClearKey />
      </Verdict>
      <Person person={stage.person} />
      {stage.replacedMasked !== null && (
        <Line tone="attention">{t('desk.person.replaced', { name: stage.replacedMasked })}</Line>
      )}
      {stage.retestOf !== null && <Line>{t('desk.person.retest')}</Line>}
      {stage.isNew && <Line>{t('desk.person.isNew')}</Line>}
      {stage.asksConsent && <AskConsent personId={stage.person.personId} />}
    </>
  );
}

/** Where the site wants it: a reminder with a key for each way, beside the scan that goes on without it. */
function AskConsent(props: { readonly personId: string }) {
  const t = useText();
  const note = useStationAction('people.noteConsent');
  const { personId } = props;
  const { run } = note;
  const choose = useCallback(
    (index: number) => {
      const how = (['oral', 'paper'] as const)[index];
      if (how !== undefined)
        void run({ requestId: crypto.randomUUID(), personId, state: 'given', how }).then(() => desk.look());
    },
    [run, personId],
  );
  useNumberKeys(2, choose);
  return (
    <section className={css['household']} aria-label={t('desk.consent.word')}>
      <p className={css['householdWord']}>{t('desk.consent.word')}</p>
      <ul>
        {(['oral', 'paper'] as const).map((how, index) => (
          <li key={how}>
            <button
              type="button"
              className={css['keyButton']}
              onClick={(event) => {
                if (event.detail > 0) event.currentTarget.blur();
                choose(index);
              }}
            >
              <Kbd>{index + 1}</Kbd> {t(`desk.consent.${how}`)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function KitWaits({ stage }: { readonly stage: Of<'kit'> }) {
  const t = useText();
  const hand = useHand();
  const facts = useKitFacts(stage.kit);
  return (
    <>
      <Verdict tone={toneOf(stage)} icon={ScanIcon} word={t('desk.kit.word')}>
        <Waits untilMs={stage.expiresAtMs} />
        <KeyButton keyName="F2" label={t('desk.keys.find')} onPress={() => hand.show({ kind: 'find' })} />
        <ClearKey />
      </Verdict>
      <p className={css['kitTail']}>{t('desk.kit.tail', { tail: stage.kit.tail })}</p>
      {stage.replacedTail !== null && (
        <Line tone="attention">{t('desk.kit.replaced', { tail: stage.replacedTail })}</Line>
      )}
      <Warnings kit={stage.kit} />
      <Facts facts={facts} />
    </>
  );
}

function UnknownPerson({ stage, today }: { readonly stage: Of<'newPerson'>; readonly today: string }) {
  const t = useText();
  return (
    <NewPerson
      // Another document starts another form.
      key={stage.draft.formId}
      name={stage.draft.name}
      scanned={stage.draft}
      kitTail={stage.kit?.tail ?? null}
      title={t('desk.newPerson.word')}
      today={today}
      refused={stage.refused}
    />
  );
}

function SecondTest({ stage }: { readonly stage: Of<'secondTest'> }) {
  const t = useText();
  const hand = useHand();
  const nowMs = useNowMs();
  const clock = momentAt(t, hand, stage.earlier.boundAtMs, nowMs);
  return (
    <>
      <Verdict tone="attention" word={t('desk.secondTest.word')}>
        <Waits untilMs={stage.expiresAtMs} />
        <ClearKey />
      </Verdict>
      <Person person={stage.person} />
      <Line tone="attention">
        {t('desk.secondTest.earlier')} {t('desk.secondTest.earlierAt', { clock, tail: stage.earlier.kit.tail })}
        {stage.kit !== null && ` · ${t('desk.kit.waitsForThem', { tail: stage.kit.tail })}`}
      </Line>
      <Line>{t('desk.secondTest.hint')}</Line>
      <Reasons codes={secondTestReasons} />
    </>
  );
}

function Bound({ stage }: { readonly stage: Of<'bound'> }) {
  const t = useText();
  const facts = useTestFacts(stage.test);
  const tone = toneOf(stage);
  return (
    <>
      <Verdict tone={tone} word={tone === 'done' ? t('desk.bound.word') : t('desk.bound.withWarning')}>
        <VoidKey />
      </Verdict>
      <Person person={stage.test.person} />
      <Warnings kit={stage.test.kit} />
      <Household people={stage.household} />
      <Facts facts={facts} />
    </>
  );
}

/** The others of the door who are not tested yet: a key each, and nothing that the next scan has to wait for. */
function Household(props: { readonly people: Of<'bound'>['household'] }) {
  const t = useText();
  const { people } = props;
  const choose = useCallback(
    (index: number) => {
      const person = people[index];
      if (person !== undefined) void desk.act('desk.choosePerson', { personId: person.personId });
    },
    [people],
  );
  useNumberKeys(people.length, choose);
  if (people.length === 0) return null;
  return (
    <section className={css['household']} aria-label={t('desk.household.word')}>
      <p className={css['householdWord']}>
        {t('desk.household.word')} <span>{t('desk.household.key')}</span>
      </p>
      <ul>
        {people.map((person, index) => (
          <li key={person.personId}>
            <button
              type="button"
              className={css['keyButton']}
              onClick={(event) => {
                if (event.detail > 0) event.currentTarget.blur();
                choose(index);
              }}
            >
              <Kbd>{index + 1}</Kbd> {person.nameMasked} {sexAgeWords(t, person)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Dropped({ stage }: { readonly stage: Of<'dropped'> }) {
  const t = useText();
  const facts = useTestFacts(stage.test);
  return (
    <>
      <Verdict tone="done" icon={IconDroplet} word={t('desk.dropped.word')}>
        <VoidKey />
      </Verdict>
      <Person person={stage.test.person} />
      <Line>{t('desk.dropped.hint')}</Line>
      <Facts facts={facts} />
    </>
  );
}

function ConfirmPositive({ stage }: { readonly stage: Of<'confirmPositive'> }) {
  const t = useText();
  const facts = useTestFacts(stage.test);
  return (
    <>
      <Verdict tone="waiting" icon={ScanIcon} word={t('desk.confirm.word')}>
        <Waits untilMs={stage.expiresAtMs} />
        <ClearKey />
      </Verdict>
      <Person person={stage.test.person} />
      <p className={css['line']} data-tone="quiet">
        {t('desk.confirm.chosen')} <Outcome outcome="positive" />
        <br />
        {t('desk.confirm.hint')}
      </p>
      <Facts facts={facts} />
    </>
  );
}

function Recorded({ stage }: { readonly stage: Of<'recorded'> }) {
  const t = useText();
  const hand = useHand();
  const facts = useTestFacts(stage.test);
  const hides = useHides();
  const outcome = stage.test.result?.outcome ?? 'negative';
  return (
    <>
      <Verdict tone="done" word={t('desk.recorded.word')}>
        {stage.offersRetest && <KeyButton keyName="F4" label={t('desk.keys.retest')} onPress={hand.retest} />}
        <SlipKey />
        <VoidKey />
      </Verdict>
      <Person person={stage.test.person} />
      <p className={css['line']} data-tone="quiet">
        {t('desk.recorded.result')} <Outcome outcome={outcome} />
        {!(hides && outcome === 'positive') && ` · ${t(`desk.recorded.after.${outcome}`)}`}
      </p>
      <Facts facts={facts} />
    </>
  );
}

/** `isAsked`: a VOID card asked for it, and core waits for the reason. */
function VoidReason(props: { readonly stage: Extract<StageView, { test: unknown }>; readonly isAsked: boolean }) {
  const { stage, isAsked } = props;
  const t = useText();
  return (
    <>
      <Verdict tone="attention" icon={IconTrash} word={t('desk.voidReason.word')}>
        {isAsked ? <ClearKey /> : <BackKey />}
      </Verdict>
      <Person person={stage.test.person} />
      <Line>
        {t('desk.kit.tail', { tail: stage.test.kit.tail })} · {t('desk.voidReason.hint')}
      </Line>
      <Reasons codes={voidReasons} />
    </>
  );
}

function Voided({ stage }: { readonly stage: Of<'voided'> }) {
  const t = useText();
  const facts = useKitFacts(stage.test.kit);
  const reason = stage.test.voided?.reason;
  return (
    <>
      <Verdict tone="attention" icon={IconTrash} word={t('desk.voided.word')}>
        <SlipKey />
      </Verdict>
      <Person person={stage.test.person} />
      <Line>{t('desk.voided.hint')}</Line>
      <Facts
        facts={
          reason === undefined ? facts : [...facts, { label: t('desk.facts.reason'), value: reasonWords(t, reason) }]
        }
      />
    </>
  );
}

function Undone({ stage }: { readonly stage: Of<'undone'> }) {
  const t = useText();
  const facts = useKitFacts(stage.test.kit);
  return (
    <>
      <Verdict tone="attention" icon={IconArrowBackUp} word={t('desk.undone.word')} />
      <Person person={stage.test.person} />
      <Line>{t('desk.undone.hint')}</Line>
      <Facts facts={facts} />
    </>
  );
}

/** The way to the page that mends a gun, for whoever may go there. */
function ToScanners() {
  const t = useText();
  const operator = useDeskView()?.operator ?? null;
  if (!may(operator, 'results.override')) return null;
  return (
    <div className={css['formEnd']}>
      <button type="button" className={css['mainButton']} onClick={() => goTo('scanners')}>
        {t('desk.refused.toScanners')}
      </button>
    </div>
  );
}

function Refused({ stage }: { readonly stage: Of<'refused'> }) {
  const t = useText();
  const hand = useHand();
  const nowMs = useNowMs();
  const hides = useHides();
  const words = refusalWords(t, hand, stage, nowMs);
  const { held, kit, params } = stage;
  const tail = typeof params['tail'] === 'string' ? params['tail'] : '';
  const lot = kit?.lot ?? (typeof params['lot'] === 'string' ? params['lot'] : '');
  const code = kit?.serial ?? (tail === '' ? '' : t('desk.kit.tail', { tail }));
  const facts = [
    ...(code === '' ? [] : [{ label: t('desk.facts.code'), value: code }]),
    ...(lot === '' || code === '' ? [] : [{ label: t('desk.facts.lot'), value: lot }]),
    ...(held.person === null
      ? []
      : [
          { label: t('desk.refused.held'), value: shownName(held.person, hides) },
          { label: '', value: t('desk.refused.heldPerson') },
        ]),
    ...(held.person !== null || held.kit === null
      ? []
      : [
          { label: t('desk.facts.kit'), value: t('desk.kit.tail', { tail: held.kit.tail }) },
          { label: '', value: t('desk.refused.heldKit') },
        ]),
  ];
  return (
    <>
      <Verdict tone="refused" word={words.title}>
        {held.expiresAtMs !== null && <Waits untilMs={held.expiresAtMs} />}
        <ClearKey />
      </Verdict>
      <p className={css['todo']}>{words.todo}</p>
      <p className={css['why']}>{words.why}</p>
      {stage.code === 'separatorLost' && <ToScanners />}
      <Facts facts={facts} />
    </>
  );
}
