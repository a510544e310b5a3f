import { maskName } from '../../../shared/codes/mask.ts';
import { maskPersonalNumbers } from '../../../shared/codes/personal.ts';
import type { Tally } from '../../../shared/model/daySummary.ts';
import type { DeskView, Stage, Tone } from '../../../shared/model/desk.ts';
import { hour } from '../../../shared/time.ts';
import { currentRound, roundView } from '../rounds/rounds.ts';
import { findTest } from '../siblings/siblings.ts';
import { type Station, today } from '../station.ts';
import { syncView } from '../sync/view.ts';
import { stageTest, tailOf } from './cards.ts';
import { asksConsent, testStage, undoable } from './gestures.ts';
import { currentDesk } from './state.ts';

/** Rows on the wall at most; the count of the others is told. */
const wallLength = 100;
/** A test that nobody read for this long is no longer running: it stays pending and is counted, off the wall. */
const wallSpanMs = 12 * hour;

/** Everything the desk shows. `heard` is what the call did, null for a plain look. */
export function deskView(station: Station, heard: Tone | null): DeskView {
  const { tests } = station.tables;
  const nowMs = station.clock.now();
  const state = currentDesk(station);
  const sinceMs = nowMs - wallSpanMs;
  const running = tests.listRunning(sinceMs, nowMs, wallLength);
  const day = today(station);
  return {
    version: state.version,
    nowAtMs: nowMs,
    day,
    siteName: station.settings.get().siteName,
    round: roundView(station, currentRound(station)),
    operator: station.operator.get(),
    stage: refreshed(station, state.stage),
    heard,
    wall: running.map((row) => ({
      testId: row.testId,
      personMasked: maskName(row.personName),
      building: maskPersonalNumbers(row.building),
      room: maskPersonalNumbers(row.room),
      kitTail: tailOf(row.kitSerial),
      boundAtMs: row.boundAtMs,
      opensAtMs: row.opensAtMs,
      closesAtMs: row.closesAtMs,
    })),
    wallMore: running.length < wallLength ? 0 : tests.countRunning(sinceMs) - wallLength,
    tally: dayTally(station, day),
    rail: [...state.rail],
    undo: undoable(station),
    clockBehind: station.clock.behind() !== null,
    sync: syncView(station),
    down: station.downView(),
  };
}

/** What is on the stage as it is now: which results a test takes, and what the central service knows, move with time. */
function refreshed(station: Station, stage: Stage): Stage {
  if (stage.kind === 'person') return { ...stage, asksConsent: asksConsent(station, stage.person.personId) };
  if (!('test' in stage)) return stage;
  const row = findTest(station, stage.test.testId);
  if (row === null) return { kind: 'idle' };
  return stage.kind === 'test'
    ? testStage(station, row, stage.slip?.number ?? null)
    : { ...stage, test: stageTest(station, row) };
}

/** The day's tests by status: the terms of registered = negative + positive + invalid + pending + void. */
function dayTally(station: Station, day: string): Tally {
  const counts = station.tables.tests.countByStatus(day);
  const { negative = 0, positive = 0, invalid = 0, pending = 0, void: voided = 0 } = counts;
  return {
    registered: negative + positive + invalid + pending + voided,
    negative,
    positive,
    invalid,
    pending,
    void: voided,
  };
}
