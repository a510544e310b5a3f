import { useEffect, useMemo, useRef, useState } from 'react';
import type { DeskView } from '../../shared/model/desk.ts';
import type { ReasonCode } from '../../shared/model/test.ts';
import { SideSheet } from '../lists/SideSheet.tsx';
import { PersonSheet } from '../people/PersonSheet.tsx';
import { useHides } from '../privacy/privacy.ts';
import { hasSlip, SlipForm } from '../results/SlipForm.tsx';
import { CameraPanel } from '../scan/camera/CameraPanel.tsx';
import { useCameraPanel } from '../scan/camera/useCameraPanel.ts';
import { handOver, useScans } from '../scan/listeners.ts';
import { useFailureText, useStation } from '../station.ts';
import { useLanguage, useText } from '../text/index.ts';
import css from './desk.module.css';
import { desk, useDesk } from './deskStore.ts';
import { DeskContext, type DeskHand, type Overlay } from './hand.ts';
import { forgetText, keptText } from './keptText.ts';
import { LastOutcomes } from './LastOutcomes.tsx';
import { Stage } from './Stage.tsx';
import { outcomeSentence } from './sentence.ts';
import { Tally } from './Tally.tsx';
import { Wall } from './Wall.tsx';

/** An overlay belongs to the stage on which it was opened: when the stage changes, it is gone. */
type Open = { readonly overlay: Overlay; readonly openedAt: number; readonly version: number };

/** The form for a new person outlasts a kit that comes to wait for them and a scan that was refused. */
function outlasts(overlay: Overlay, stage: DeskView['stage']): boolean {
  return overlay.kind === 'newPerson' && (stage.kind === 'kit' || stage.kind === 'refused');
}

/** What each key does here. F8 is left out: some guns send it for the separator inside a code. */
const deskKeys: Readonly<Record<string, (hand: DeskHand, overlay: Overlay | null) => void>> = {
  F1: (hand) => hand.togglePractice(),
  F2: (hand) => hand.show({ kind: 'find' }),
  F3: (hand) => hand.show({ kind: 'typed' }),
  F4: (hand) => hand.retest(),
  F5: (hand) => hand.record('negative'),
  F6: (hand) => hand.record('positive'),
  F7: (hand) => hand.record('invalid'),
  F9: (hand) => hand.undo(),
  F10: (hand) => hand.askVoid(),
  F12: (hand) => hand.toggleCamera(),
  Escape: (hand, overlay) => (overlay === null ? hand.clear() : hand.show(null)),
};

/** The main screen: the stage with one thing on it, the wall of running tests, what was done last. */
export function DeskScreen(props: { readonly view: DeskView }) {
  const t = useText();
  const language = useLanguage();
  const failureText = useFailureText();
  const { view } = props;
  const { failure } = useDesk();
  const zone = useStation('station.get', {}).data?.site?.zone ?? 'Asia/Shanghai';
  // The form that was open when the desk was locked, for whoever was typing into it.
  const [open, setOpen] = useState<Open | null>(() =>
    keptText(null) === null
      ? null
      : { overlay: { kind: 'newPerson', name: '' }, openedAt: view.version, version: view.version },
  );
  useEffect(() => {
    const { stage: now } = desk.now().view ?? { stage: { kind: 'idle' } as const };
    forgetText(now.kind === 'newPerson' ? now.draft.formId : null);
  }, []);
  const [isPractising, setPractising] = useState(false);
  const stage = view.stage;
  const hides = useHides();
  const onStage = personOnStage(stage);
  const [openedPerson, setOpenedPerson] = useState<string | null>(null);
  // The page belongs to whoever stands here; with the next person it is gone.
  const pageOf = openedPerson !== null && openedPerson === onStage ? openedPerson : null;
  if (openedPerson !== null && pageOf === null) setOpenedPerson(null);
  const isShown = open !== null && (open.version === view.version || outlasts(open.overlay, stage));
  const overlay = isShown ? open.overlay : null;
  // It goes on with the newer stage, also when what waits there has waited long enough.
  if (isShown && open.version !== view.version) setOpen({ ...open, version: view.version });

  const printable = slipOf(stage);
  const [openedSlip, setOpenedSlip] = useState<string | null>(null);
  // With the next test it is gone: nobody gets somebody else's paper.
  const slipTest = openedSlip !== null && openedSlip === printable ? openedSlip : null;
  if (openedSlip !== null && slipTest === null) setOpenedSlip(null);

  // Choices by number: the rows of the stage listen while they are there.
  const choosers = useRef<((character: string) => boolean)[]>([]);

  const camera = useCameraPanel((text) => {
    if (!handOver(text, { source: 'camera' })) void desk.scan(text, { source: 'camera' });
  });
  const { toggle: toggleCamera, close: closeCamera } = camera;

  const hand = useMemo<DeskHand>(() => {
    const show = (next: Overlay | null): void => {
      desk.forgetFailure();
      const version = desk.now().view?.version ?? 0;
      setOpen(next === null ? null : { overlay: next, openedAt: version, version });
      if (next === null) releaseFocus();
    };
    return {
      zone,
      language,
      show,
      togglePractice: () => setPractising((is) => !is),
      toggleCamera,
      record: (outcome) => {
        const now = desk.now().view?.stage;
        if (now === undefined) return;
        if (now.kind !== 'test') return;
        if (now.mayOverride && !now.allowed.includes(outcome)) return show({ kind: 'override', outcome });
        void desk.act('results.record', { testId: now.test.testId, outcome });
      },
      retest: () => {
        const now = desk.now().view?.stage;
        const mayRetest =
          now !== undefined &&
          ((now.kind === 'recorded' && now.offersRetest) || (now.kind === 'test' && now.test.status === 'invalid'));
        if (mayRetest) void desk.act('desk.retest', { testId: now.test.testId });
      },
      askVoid: () => {
        const now = desk.now().view?.stage;
        if (now === undefined || !('test' in now) || now.kind === 'voidReason') return;
        if (now.test.status === 'void' || now.test.status === 'undone') return;
        show({ kind: 'void' });
      },
      giveReason: (code: ReasonCode, text: string) => {
        const now = desk.now().view?.stage;
        const asked = currentOverlay.current;
        if (now === undefined) return;
        const reason = { code, text };
        if (asked?.kind === 'override' && now.kind === 'test') {
          void desk.act('results.record', { testId: now.test.testId, outcome: asked.outcome, overrideReason: reason });
        } else if ((asked?.kind === 'void' || now.kind === 'voidReason') && 'test' in now) {
          void desk.act('tests.void', { testId: now.test.testId, reason });
        } else if (now.kind === 'secondTest') {
          void desk.act('desk.giveReason', { reason });
        }
      },
      openPerson: (personId) => {
        if (personOnStage(desk.now().view?.stage ?? { kind: 'idle' }) === personId) setOpenedPerson(personId);
      },
      openSlip: () => setOpenedSlip(slipOf(desk.now().view?.stage ?? { kind: 'idle' })),
      undo: () => void desk.act('desk.undo', {}),
      clear: () => {
        show(null);
        void desk.act('desk.clear', {});
      },
      choose: (chooser) => {
        choosers.current.push(chooser);
        return () => {
          choosers.current = choosers.current.filter((each) => each !== chooser);
        };
      },
    };
  }, [zone, language, toggleCamera]);

  const currentOverlay = useRef<Overlay | null>(null);
  useEffect(() => {
    currentOverlay.current = overlay;
  });

  useScans({
    onScan: (text, from) => {
      const field = document.activeElement;
      releaseFocus();
      void desk.scan(text, from).then(() => {
        // A form that is still there is typed on where the gun came between.
        if (field instanceof HTMLElement && field.isConnected && field.closest('form') !== null) field.focus();
      });
    },
    onTyped: (characters) => {
      for (const character of characters) if (choosers.current.at(-1)?.(character) === true) return;
    },
  });

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
      if (document.querySelector('[role="dialog"]') !== null) return;
      const act = deskKeys[event.code];
      if (act === undefined) return;
      event.preventDefault();
      // The camera's panel goes first: what is on the stage is left as it is.
      if (event.code === 'Escape' && closeCamera()) return;
      act(hand, currentOverlay.current);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [hand, closeCamera]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isPage = event.code === 'KeyD';
      if (!isPage && event.code !== 'KeyP') return;
      if (!event.ctrlKey || event.altKey || event.shiftKey || event.repeat) return;
      event.preventDefault();
      if (!isPage) {
        if (document.querySelector('[role="dialog"]') === null) hand.openSlip();
        return;
      }
      const personId = personOnStage(desk.now().view?.stage ?? { kind: 'idle' });
      if (personId !== null && document.querySelector('[role="dialog"]') === null) hand.openPerson(personId);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [hand]);

  return (
    <DeskContext value={hand}>
      <div className={css['desk']} data-practising={isPractising}>
        <Stage
          view={view}
          overlay={overlay}
          isNewer={open !== null && open.openedAt !== view.version}
          isPractising={isPractising}
          failure={failure === null ? null : failureText(failure)}
        />
        <aside className={css['side']} aria-label={t('desk.wall.title')}>
          <CameraPanel hand={camera} />
          <Wall rows={view.wall} more={view.wallMore} />
          <Tally tally={view.tally} />
        </aside>
        <LastOutcomes items={view.rail} undo={view.undo} />
        <div className="unseen" role="status" aria-live="polite" aria-label={t('desk.said')}>
          {outcomeSentence(t, stage, hand, view.nowAtMs, hides)}
        </div>
        <PersonSheet personId={pageOf} onClose={() => setOpenedPerson(null)} />
        <SideSheet title={t('slip.title')} isOpen={slipTest !== null} onClose={() => setOpenedSlip(null)}>
          {slipTest !== null && <SlipForm key={slipTest} testId={slipTest} />}
        </SideSheet>
      </div>
    </DeskContext>
  );
}

/** Whose page can be opened: the one person who stands on the stage. */
function personOnStage(stage: DeskView['stage']): string | null {
  if ('person' in stage) return stage.person.personId;
  return 'test' in stage ? stage.test.person.personId : null;
}

/** The test on the stage, where it has something that a slip can tell. */
function slipOf(stage: DeskView['stage']): string | null {
  return 'test' in stage && hasSlip(stage.test.status) ? stage.test.testId : null;
}

/** The desk wants no field with focus. */
function releaseFocus(): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}
