import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync } from 'node:fs';
import { makeRecoveryKey, readRecoveryKey } from '../../shared/codes/ownCodes.ts';
import type { SiteSettings } from '../../shared/contract/settings.ts';
import type { StationView } from '../../shared/contract/station.ts';
import { type CoreMethod, isCoreMethod, type Output, type ParsedInput } from '../../shared/contract.ts';
import { type ErrorCode, type Failure, fail, type Reply, StationError } from '../../shared/errors.ts';
import { type DownView, stageSchema } from '../../shared/model/desk.ts';
import { usualFollowUpDue } from '../../shared/model/followUp.ts';
import type { Operator } from '../../shared/model/staff.ts';
import { usualLowStock } from '../../shared/model/stock.ts';
import { hour, minute } from '../../shared/time.ts';
import { uuidV7 } from '../../shared/uuidV7.ts';
import { claimRegister } from '../db/claim.ts';
import { type Anchor, anchoredSeq, anchorRegister, clearMark, hasMark, markDamaged } from '../db/marks.ts';
import { isOlder, migrateRegister } from '../db/migrate.ts';
import {
  closeUntouched,
  type OpenOptions,
  openRegister,
  type Register,
  refuseStump,
  registerFault,
  sqliteCode,
} from '../db/open.ts';
import { prepareTables } from '../db/tables.ts';
import { auditHandlers } from './audit/calls.ts';
import { ensureKey } from './audit/keys.ts';
import { createWatch } from './audit/watch.ts';
import { backupHandlers, createBackups } from './backup/backups.ts';
import { createCells } from './cell.ts';
import { createClock, systemTime } from './clock.ts';
import { deskHandlers } from './desk/calls.ts';
import { type DeskState, emptyDesk } from './desk/deskState.ts';
import { halfOpenMs, undoMs } from './desk/state.ts';
import { answer, answersKeptMs, type Handlers, inTransaction, parseInput, replyTo, systemFault } from './dispatch.ts';
import { createExports } from './exports/exports.ts';
import { followUpHandlers } from './followUps/followUps.ts';
import { createHandover } from './handover/handover.ts';
import { createRandom } from './ids.ts';
import { createImports, settleImports } from './imports/imports.ts';
import { kitHandlers } from './kits/calls.ts';
import { countHandlers } from './kits/counts.ts';
import { moveHandlers } from './kits/moves.ts';
import type { PatternBook } from './kits/patternBook.ts';
import { learnOnce, patternHandlers } from './kits/patterns.ts';
import { recallHandlers } from './kits/recalls.ts';
import { receivingHandlers } from './kits/receiving.ts';
import { stickerHandlers } from './kits/stickers.ts';
import { stockHandlers } from './kits/stock.ts';
import { traceHandlers } from './kits/traced.ts';
import { createFigures } from './organisations/figures.ts';
import { organisationHandlers } from './organisations/organisations.ts';
import { cardHandlers } from './people/cardList.ts';
import { changeHandlers } from './people/change.ts';
import { mergeHandlers } from './people/merge.ts';
import { personPageHandlers } from './people/page.ts';
import { peopleHandlers } from './people/people.ts';
import type { CoreHost, CoreInit, Opened, Opening, Phase } from './phase.ts';
import { practiceHandlers } from './practice/calls.ts';
import { createRegister, fillRegister, makeKeys } from './register/create.ts';
import { createFolding } from './register/folding.ts';
import { noteClosed, pair, type Renewal } from './register/installation.ts';
import {
  keyFilePath,
  readKeyFile,
  type Secret,
  settleKeyFile,
  type UnlockWay,
  type Unwrapped,
  unlockWays,
  unwrapBySecret,
  unwrapEach,
} from './register/keyFile.ts';
import { keyHandlers } from './register/keys.ts';
import { createReplacing } from './register/replace.ts';
import { destroyFormer, settleSwap } from './register/swap.ts';
import { repairHandlers } from './repairs/repairs.ts';
import { slipHandlers } from './results/makeSlip.ts';
import { retentionHandlers } from './retention/retention.ts';
import { createBoards } from './rounds/board.ts';
import { roundHandlers } from './rounds/rounds.ts';
import { createTarget } from './rounds/target.ts';
import { createTested } from './rounds/tested.ts';
import { settingsHandlers } from './settings/settings.ts';
import { readSettings } from './settings/stored.ts';
import { createIdleLock } from './staff/idleLock.ts';
import { methodRights, type RegisterMethod } from './staff/methodRights.ts';
import { sealPin } from './staff/pin.ts';
import { allow } from './staff/rights.ts';
import { staffHandlers } from './staff/staff.ts';
import { type Approved, audit, type Station } from './station.ts';
import { summaryHandlers } from './summary/summary.ts';
import { supportHandlers } from './support/facts.ts';
import { syncHandlers } from './sync/calls.ts';
import { createCentralFetch } from './sync/centralFetch.ts';
import { writeConnection } from './sync/connection.ts';
import { createDown, type Down } from './sync/down.ts';
import { oweOwnRecords } from './sync/ownRecords.ts';
import { createUploader, type Uploader } from './sync/uploader.ts';

export type { CoreHost, CoreInit } from './phase.ts';

export type Core = {
  readonly dispatch: (method: string, input: unknown) => Promise<Reply<unknown>>;
  readonly close: () => Promise<void>;
};

/** What keeps a register from being opened at all, until somebody has done something about it. */
const refusals: ReadonlySet<ErrorCode> = new Set([
  'REGISTER_MISSING',
  'REGISTER_NEWER',
  'REGISTER_DAMAGED',
  'REGISTER_UNSAFE',
  'REGISTER_IN_USE',
  'REGISTER_READ_ONLY',
  'REGISTER_TAIL_LOST',
  'DISK_FULL',
  'DISK_FAILED',
  'KEY_FILE_MISSING',
]);

/** Before the feed was ever asked. */
const unheard: DownView = { siblings: 0, heardAtMs: null, isSilent: false };

/** Copying and reading a register of a million tests on a slow disk, ms. */
const longStepMs = 20 * minute;

/** The register's rules behind one `dispatch`. Opens the register at once where its key is at hand. */
export async function createCore(init: CoreInit, host: CoreHost): Promise<Core> {
  const clock = createClock(host.time ?? systemTime);
  const random = createRandom((byteCount) => randomBytes(byteCount));
  const newId = () => uuidV7(clock.now(), random);
  settleSwap(init.registerFile);
  let phase: Phase = firstPhase(init.registerFile);
  /** Somebody decided to go on without the newest entries; the next opening writes it into the log. */
  let isTailGivenUp = false;
  /** The key of a register that was refused for another reason: trying again asks for it no second time. */
  let provenKeyHex: string | null = null;
  let pendingRecovery: { readonly text: string; readonly bytes: Uint8Array } | null = null;
  let creating: string | null = null;
  let keychainLost = false;
  /** Calls on the open register that have not been answered yet. */
  const underWay = new Set<Promise<unknown>>();
  /** When somebody last asked for something, by performance.now(). */
  let askedAtMs = 0;
  const watch = createWatch();
  const centralFetch = createCentralFetch(host, () =>
    phase.kind === 'ready' ? phase.station.tables.settings.get('central.pin') : null,
  );

  const assemble = (
    db: ReturnType<typeof openRegister>,
    installationId: string,
    noteCommitted: (seq: number) => void,
    fold: () => Promise<void>,
    nudge: () => void,
    status: () => ReturnType<Uploader['status']>,
    downView: () => DownView,
  ) => {
    const cells = createCells();
    const tables = prepareTables(db);
    const station: Station = {
      db,
      tables,
      tested: createTested(tables),
      target: createTarget(tables),
      clock,
      newId,
      random,
      installationId,
      log: host.log,
      emit: host.emit,
      noteCommitted,
      fold,
      quietMs: () => performance.now() - askedAtMs,
      nudge,
      syncStatus: status,
      downView,
      settings: cells.cell<SiteSettings>({
        siteName: '',
        stationName: '',
        siteContact: '',
        zone: 'Asia/Shanghai',
        windowFrom: 'binding',
        windowOffsetMin: 0,
        unknownKit: 'warn',
        noSerialKit: 'sticker',
        askConsent: false,
        followUpDue: usualFollowUpDue,
        lowStock: usualLowStock,
        autoLockMin: 10,
      }),
      operator: cells.cell<Operator | null>(null),
      approval: cells.cell<Approved | null>(null),
      desk: cells.cell<DeskState>(emptyDesk),
      centralOffsetMs: cells.cell<number | null>(null),
      rosterCount: cells.cell<number | null>(null),
      patterns: cells.cell<PatternBook | null>(null),
    };
    return { station, cells };
  };

  const open = async (dataKeyHex: string, opening: Opening): Promise<void> => {
    const options = { file: init.registerFile, dataKeyHex, nativeBinding: init.nativeBinding };
    refuseStump(init.registerFile);
    const claim = claimRegister(init.registerFile, init.nativeBinding);
    let db: ReturnType<typeof openRegister> | null = null;
    let anchor: Anchor | null = null;
    try {
      // Where the newest entries are lost, more may be: what is left is read whole before anybody goes on with it.
      if (isTailGivenUp || hasMark(init.registerFile, 'damaged')) {
        host.longStep?.(longStepMs);
        readWhole(options);
      }
      db = openRegister(options);
      if (!isTailGivenUp && newestEntry(db) < anchoredSeq(init.registerFile))
        throw new StationError('REGISTER_TAIL_LOST');
      if (isOlder(db)) host.longStep?.(longStepMs);
      const migration = migrateRegister(db, options, clock.now());
      let uploader: Uploader | null = null;
      let down: Down | null = null;
      const folding = createFolding(options, host.log);
      const idle = { state: 'idle', trouble: null, lastContactAtMs: null, nextTryAtMs: null } as const;
      const pairing = pair(init.registerFile, prepareTables(db), isTailGivenUp ? -1 : newestEntry(db), newId);
      const { installationId } = pairing;
      const { station, cells } = assemble(
        db,
        installationId,
        (seq) => anchor?.note(seq),
        folding.fold,
        () => {
          uploader?.nudge();
          down?.nudge();
        },
        () => uploader?.status() ?? idle,
        () => down?.view() ?? unheard,
      );
      const { tables } = station;
      const highWaterMs = Number(tables.settings.get('clock.highWaterMs') ?? 0);
      clock.startFrom(highWaterMs, init.resumeSession);
      station.settings.set(readSettings(tables));
      const desk = tables.desk.get();
      if (opening.resumeSession && desk !== null) {
        station.operator.set(desk.operatorId === null ? null : tables.operators.find(desk.operatorId));
        station.desk.set(restoredDesk(desk.state, clock.now()));
      }
      cells.commit();
      await settleImports(station);
      inTransaction(station, cells, () => {
        learnOnce(station);
        // A write at each opening: a register that cannot be written is found here, not by the first scan.
        tables.settings.set('register.openedAtMs', String(clock.now()));
        // A call that was under way when core died is sent again now, whatever the clock says meanwhile.
        if (!init.resumeSession) tables.requests.forget(clock.now() - answersKeptMs);
        // Due while the clock stood far ahead: what waits goes out now, not when the clock gets there again.
        tables.outbox.dueNoLater(clock.now() + undoMs, clock.now() + hour);
        if (isTailGivenUp) audit(station, 'register.openWithoutTail', 'register');
        if (init.embeddedCentral !== null && tables.settings.get('central.embedded') !== '0') {
          writeConnection(tables, init.embeddedCentral, true);
        }
        if (!opening.resumeSession) {
          tables.desk.set(null, JSON.stringify(station.desk.get()));
          tables.shifts.end(highWaterMs, 'restart');
        }
        if (migration.backupSha256 !== null) {
          audit(station, 'register.migrate', 'register', {
            from: migration.from,
            to: migration.to,
            backup: migration.backupSha256,
          });
        }
        if (pairing.token !== null) tables.settings.set('installation.token', pairing.token);
        if (pairing.renewed !== null) {
          tables.settings.set('installation.id', installationId);
          oweOwnRecords(station, clock.now());
          const why: Renewal | 'restored' = opening.isRestored === true ? 'restored' : pairing.renewed.why;
          audit(station, 'installation.renew', `installation:${installationId}`, {
            former: pairing.renewed.former,
            why,
          });
        }
        if (tables.settings.get('backups.sinceMs') === null)
          tables.settings.set('backups.sinceMs', String(clock.now()));
        watch.opened(station, opening.by, init.programVersion);
        opening.note?.(station);
      });
      pairing.settle();
      // From here on the newest entries are in the -wal file.
      anchor = anchorRegister(init.registerFile, tables.audit.newest());
      clearMark(init.registerFile, 'damaged');
      isTailGivenUp = false;
      uploader = createUploader(station, cells, {
        fetch: centralFetch,
        random: Math.random,
        onFault: (thrown) => void metFault(thrown),
      });
      down = createDown(station, cells, {
        fetch: centralFetch,
        random: Math.random,
        program: init.programVersion,
        onFault: (thrown) => void metFault(thrown),
      });
      // A session that is resumed was left when the last thing was done in it, not when it is looked at again.
      const idleLock = createIdleLock(
        station,
        cells,
        opening.resumeSession && highWaterMs > 0 ? highWaterMs : clock.now(),
      );
      const { registerFile, nativeBinding, programVersion } = init;
      const backups = createBackups(station, cells, {
        registerFile,
        dataKeyHex,
        nativeBinding,
        program: programVersion,
      });
      phase = {
        kind: 'ready',
        station,
        cells,
        uploader,
        down,
        backups,
        folding,
        idle: idleLock,
        claim,
        anchor,
        dataKeyHex,
      };
      provenKeyHex = null;
      host.rememberKey(dataKeyHex);
      watch.start(station);
      uploader.nudge();
    } catch (error) {
      if (db !== null) closeUntouched(db, options);
      anchor?.close();
      claim.release();
      throw error;
    }
  };

  /** Closes the open register whole; unless the program ends, whatever is under way is answered first. */
  const closeOpen = async (
    { station, uploader, down, backups, folding, idle, claim, anchor }: Opened,
    isEnding = false,
  ): Promise<void> => {
    idle.stop();
    await Promise.all([uploader.stop(), down.stop()]);
    await backups.stop();
    await folding.stop();
    if (!isEnding) await Promise.allSettled([...underWay]);
    watch.close(station);
    noteClosed(init.registerFile, station.tables, newestEntry(station.db));
    anchor.close();
    closeRegister(station);
    claim.release();
  };

  /**
   * A page of the open register did not pass its check: nothing more is written. The register and its -wal are left as
   * they are, the window is told, and the next start reads all of the register before it is used.
   */
  const stopWriting = async (failure: Failure): Promise<void> => {
    if (phase.kind !== 'ready') return;
    const { station, uploader, down, backups, folding, idle, claim, anchor, dataKeyHex } = phase;
    phase = { kind: 'refused', failure };
    idle.stop();
    host.log('register.damaged', { code: failure.code });
    try {
      markDamaged(init.registerFile);
    } catch {
      // A folder that cannot be written keeps no mark; the page is found again when it is read.
    }
    await Promise.all([uploader.stop(), down.stop()]);
    await backups.stop();
    await folding.stop();
    closeUntouched(station.db, { file: init.registerFile, dataKeyHex, nativeBinding: init.nativeBinding });
    anchor.close();
    claim.release();
    provenKeyHex = dataKeyHex;
    host.emit('station.changed', {});
  };

  /** Only what SQLite itself says counts: REGISTER_DAMAGED said on purpose may be about a copy or a backup. */
  const metFault = async (thrown: unknown): Promise<void> => {
    const error = sqliteCode(thrown) === null ? null : registerFault(thrown);
    if (error instanceof StationError && error.failure.code === 'REGISTER_DAMAGED') await stopWriting(error.failure);
  };

  /** The key file offers two registers' keys while one takes the other's place: the first that opens it is the right one. */
  const tryOpen = async (candidates: readonly Unwrapped[], opening: Opening): Promise<void> => {
    const [first, ...others] = candidates;
    if (first === undefined) throw new StationError('KEY_WRONG');
    try {
      await openBy(first, opening);
    } catch (error) {
      if (others.length === 0 || !(error instanceof StationError) || error.failure.code !== 'KEY_WRONG') throw error;
      return tryOpen(others, opening);
    }
  };

  /** At a start, or when somebody unlocks it. */
  const startedBy = (by: Opening['by']): Opening => ({ resumeSession: init.resumeSession, by });

  /** Opens the register, or remembers why it may not be opened. A wrong key leaves it locked. */
  const openBy = async ({ dataKeyHex, isNext }: Unwrapped, opening: Opening): Promise<void> => {
    const hasTwo = hasTwoKeys();
    try {
      await open(dataKeyHex, opening);
    } catch (thrown) {
      // The key came out of a sealed wrap, so it is the right one: a first page that it does not open is damaged.
      const isDamaged = !hasTwo && thrown instanceof StationError && thrown.failure.code === 'KEY_WRONG';
      const error = isDamaged ? new StationError('REGISTER_DAMAGED', { file: init.registerFile }) : fault(thrown);
      if (error instanceof StationError && refusals.has(error.failure.code)) {
        phase = { kind: 'refused', failure: error.failure };
        provenKeyHex = dataKeyHex;
      }
      throw error;
    }
    tidyAfterOpening(isNext);
  };

  const hasTwoKeys = (): boolean => {
    try {
      return readKeyFile(init.registerFile).next !== undefined;
    } catch {
      return false;
    }
  };

  /** What stood by until the register was open again goes. Whatever cannot be removed waits for the next opening. */
  const tidyAfterOpening = (isNext: boolean | null): void => {
    try {
      settleKeyFile(init.registerFile, readKeyFile(init.registerFile), isNext, clock.now());
      destroyFormer(init.registerFile);
    } catch (error) {
      host.log('register.notTidied', { kind: error instanceof Error ? error.name : 'unknown' });
    }
  };

  const waysNow = (): readonly UnlockWay[] => {
    try {
      return unlockWays(readKeyFile(init.registerFile));
    } catch {
      return [];
    }
  };

  const view = async (): Promise<StationView> => {
    const station = phase.kind === 'ready' ? phase.station : null;
    const settings = station?.settings.get();
    return {
      phase: phase.kind,
      refusal: phase.kind === 'refused' ? { code: phase.failure.code, params: { ...phase.failure.params } } : null,
      registerFile: init.registerFile,
      keychainAvailable: await host.keychain.available(),
      unlockBy: phase.kind === 'fresh' ? [] : [...waysNow()],
      keychainLost,
      work: phase.kind === 'working' ? { task: phase.task, step: phase.step } : null,
      site:
        settings === undefined
          ? null
          : { siteName: settings.siteName, stationName: settings.stationName, zone: settings.zone },
      operator: station?.operator.get() ?? null,
      testClock: init.testClock,
      nowAtMs: clock.now(),
    };
  };

  /** The recovery key that was shown, given back. */
  const provenRecovery = (repeatedText: string): Uint8Array => {
    if (pendingRecovery === null) throw new StationError('RECOVERY_KEY_STALE', {}, 'recoveryKeyRepeated');
    const repeated = readRecoveryKey(repeatedText);
    if (!repeated.ok || !Buffer.from(repeated.bytes).equals(Buffer.from(pendingRecovery.bytes))) {
      throw new StationError('RECOVERY_KEY_MISMATCH', {}, 'recoveryKeyRepeated');
    }
    return pendingRecovery.bytes;
  };

  const create = async (input: ParsedInput<'register.create'>): Promise<StationView> => {
    // The very same call again, after it had succeeded.
    if (creating === input.requestId && phase.kind === 'ready') return view();
    if (phase.kind !== 'fresh') throw new StationError('REGISTER_EXISTS');
    const recovery = provenRecovery(input.recoveryKeyRepeated);
    const secret = await sealPin(input.pin);
    const made = await makeKeys(input, recovery, host.keychain, newId());
    createRegister({ file: init.registerFile, nativeBinding: init.nativeBinding, nowMs: clock.now() }, made, (db) => {
      const { station, cells } = assemble(
        db,
        newId(),
        () => {},
        async () => {},
        () => {},
        () => ({ state: 'off', trouble: null, lastContactAtMs: null, nextTryAtMs: null }),
        () => unheard,
      );
      inTransaction(station, cells, () => {
        ensureKey(station);
        fillRegister(station, input, secret, init.embeddedCentral);
      });
    });
    creating = input.requestId;
    pendingRecovery = null;
    await openAsFirstOperator(made.dataKeyHex);
    return view();
  };

  /** Whoever set the register up sits at the desk. */
  const openAsFirstOperator = async (dataKeyHex: string): Promise<void> => {
    await tryOpen([{ dataKeyHex, isNext: false }], startedBy('created'));
    if (phase.kind !== 'ready') return;
    const { station, cells } = phase;
    const [first] = station.tables.operators.list();
    inTransaction(station, cells, () => {
      station.operator.set(first ?? null);
      station.tables.desk.set(first?.id ?? null, JSON.stringify(station.desk.get()));
      if (first !== undefined) station.tables.shifts.start(first.id, clock.now());
    });
  };

  const unlock = async (input: ParsedInput<'register.unlock'>): Promise<StationView> => {
    if (phase.kind === 'fresh') throw new StationError('REGISTER_MISSING');
    if (phase.kind === 'ready') return view();
    const { passphrase, recoveryKey } = input;
    const secret: Secret | null =
      passphrase !== undefined ? { passphrase } : recoveryKey !== undefined ? { recoveryKey } : null;
    if (secret === null) throw new StationError('KEY_WRONG');
    const found = await unwrapBySecret(readKeyFile(init.registerFile), secret).catch((error: unknown) => {
      if (error instanceof StationError && error.failure.code === 'KEY_WRONG') watch.wrongKey();
      throw error;
    });
    await tryOpen(found, startedBy(passphrase === undefined ? 'recoveryKey' : 'passphrase'));
    return view();
  };

  const replacing = createReplacing({
    init,
    host,
    newId,
    nowMs: clock.now,
    phase: () => phase,
    setPhase: (next) => {
      phase = next;
      host.emit('station.changed', {});
    },
    closeOpen,
    tryOpen,
    view,
    provenRecovery,
    forgetRecovery: () => {
      pendingRecovery = null;
    },
  });

  const registerHandlers: { readonly [M in RegisterMethod]: (input: ParsedInput<M>) => Promise<Output<M>> } = {
    'station.get': view,
    'register.prepareKey': async () => {
      if (phase.kind === 'ready') allow(phase.station, 'register.keys');
      else if (phase.kind !== 'fresh') throw new StationError('REGISTER_EXISTS');
      const made = makeRecoveryKey(random);
      pendingRecovery = made;
      return { recoveryKey: made.text };
    },
    'register.create': create,
    'register.unlock': unlock,
    'register.tryAgain': async () => {
      if (phase.kind === 'ready') return view();
      phase = firstPhase(init.registerFile);
      await openByRememberedKey();
      return view();
    },
    'register.openWithoutTail': async () => {
      if (phase.kind !== 'refused' || phase.failure.code !== 'REGISTER_TAIL_LOST') return view();
      host.log('register.openWithoutTail', {});
      isTailGivenUp = true;
      // A damaged -wal is kept for whoever can read more of it; SQLite reads it as far as it is whole.
      const wal = `${init.registerFile}-wal`;
      if (existsSync(wal)) copyFileSync(wal, `${wal}.damaged-${clock.now()}`);
      clearMark(init.registerFile, 'open');
      phase = firstPhase(init.registerFile);
      await openByRememberedKey();
      return view();
    },
    'clock.advance': async ({ byMs, away }) => {
      if (!init.testClock) throw new StationError('FORBIDDEN', { needs: 'testClock' });
      clock.advance(byMs);
      if (phase.kind === 'ready') {
        phase.uploader.nudge();
        void phase.backups.tick();
        // The test's hand is at the clock, unless it says that nobody was there.
        if (!away) phase.idle.touch();
      }
      host.emit('desk.changed', { why: 'clock' });
      return { nowAtMs: clock.now() };
    },
    ...replacing,
  };

  const opened = (): Opened => {
    if (phase.kind !== 'ready') throw new StationError('REGISTER_LOCKED');
    return phase;
  };

  const boards = createBoards();
  const stationHandlers: Handlers<Exclude<CoreMethod, RegisterMethod>> = {
    ...deskHandlers,
    ...peopleHandlers,
    ...personPageHandlers,
    ...changeHandlers,
    ...mergeHandlers,
    ...cardHandlers,
    ...createExports(boards),
    ...createHandover(),
    ...organisationHandlers(createFigures()),
    ...kitHandlers,
    ...patternHandlers,
    ...recallHandlers,
    ...repairHandlers,
    ...stickerHandlers,
    ...stockHandlers,
    ...traceHandlers,
    ...receivingHandlers,
    ...moveHandlers,
    ...countHandlers,
    ...createImports(),
    ...retentionHandlers(),
    ...followUpHandlers,
    ...slipHandlers,
    ...roundHandlers(boards),
    ...staffHandlers,
    ...settingsHandlers,
    ...summaryHandlers,
    ...practiceHandlers,
    ...auditHandlers({ fetch: centralFetch }),
    ...supportHandlers(init),
    ...syncHandlers(
      () => opened().uploader,
      (pin) => createCentralFetch(host, () => pin),
    ),
    ...backupHandlers(init.registerFile, () => opened().backups),
    ...keyHandlers({
      registerFile: init.registerFile,
      keychain: host.keychain,
      dataKeyHex: () => opened().dataKeyHex,
      provenRecovery,
      forgetRecovery: () => {
        pendingRecovery = null;
      },
    }),
  };

  const dispatch = async (method: string, input: unknown): Promise<Reply<unknown>> => {
    askedAtMs = performance.now();
    if (!isCoreMethod(method)) return fail('UNKNOWN_METHOD', { method: method.slice(0, 60) });
    const parsed = parseInput(method, input);
    if (!parsed.ok) return parsed;
    const reply = await replyTo<unknown>(host.log, newId, method, async () => {
      if (isRegisterMethod(method)) return registerHandlers[method](parsed.value as never);
      if (phase.kind === 'refused') throw new StationError(phase.failure.code, phase.failure.params);
      if (phase.kind === 'working') throw new StationError('REGISTER_BUSY');
      if (phase.kind !== 'ready')
        throw new StationError(phase.kind === 'fresh' ? 'REGISTER_MISSING' : 'REGISTER_LOCKED');
      const { station, cells, idle } = phase;
      idle.look();
      if (method === 'desk.touch' || stationHandlers[method].kind === 'change') idle.touch();
      const right = methodRights[method];
      return noted(
        (async () => {
          try {
            return await answer(
              station,
              cells,
              { method, right },
              stationHandlers[method] as never,
              parsed.value as never,
            );
          } catch (thrown) {
            await metFault(thrown);
            throw thrown;
          }
        })(),
      );
    });
    if (phase.kind === 'ready') watch.after(phase.station, method, parsed.value, reply);
    return reply;
  };

  /** Keeps a call in mind until it is answered. */
  const noted = <T>(answered: Promise<T>): Promise<T> => {
    underWay.add(answered);
    const forget = () => underWay.delete(answered);
    answered.then(forget, forget);
    return answered;
  };

  const isRegisterMethod = (method: CoreMethod): method is RegisterMethod => Object.hasOwn(registerHandlers, method);

  await openByRememberedKey();
  const planned = setInterval(() => {
    if (phase.kind === 'ready') void phase.backups.tick();
  }, minute);
  planned.unref?.();
  return {
    dispatch,
    close: async () => {
      clearInterval(planned);
      await replacing['register.cancelRekey']({});
      if (phase.kind !== 'ready') return;
      const last = phase;
      phase = { kind: 'locked' };
      await closeOpen(last, true);
    },
  };

  /** What the -wal holds goes into the register. Where that fails (a full disk) it stays, for the next start. */
  function closeRegister({ db }: Station): void {
    try {
      const [folded] = db.pragma('wal_checkpoint(TRUNCATE)') as { readonly busy: number }[];
      // Taken away before SQLite removes the -wal, so that the mark never stands without it.
      if (folded?.busy === 0) clearMark(init.registerFile, 'open');
    } catch (error) {
      host.log('register.notFolded', { code: codeOf(error) });
    }
    try {
      db.close();
    } catch (error) {
      host.log('register.notClosed', { code: codeOf(error) });
    }
  }

  /** At start: by the key that the shell remembers, or by the keychain. What fails leaves the register locked. */
  async function openByRememberedKey(): Promise<void> {
    if (phase.kind !== 'locked') return;
    try {
      const known = provenKeyHex ?? init.dataKeyHex;
      const candidates = known === null ? await keysFromKeychain() : [{ dataKeyHex: known, isNext: null }];
      if (candidates.length > 0)
        await tryOpen(candidates, startedBy(init.dataKeyHex === null ? 'keychain' : 'restart'));
    } catch (thrown) {
      const error = fault(thrown);
      if (!(error instanceof StationError)) throw error;
      host.log('register.notOpened', { code: error.failure.code });
      if (error.failure.code === 'KEY_FILE_MISSING') phase = { kind: 'refused', failure: error.failure };
    }
  }

  async function keysFromKeychain(): Promise<readonly Unwrapped[]> {
    const keys = readKeyFile(init.registerFile);
    if (!unlockWays(keys).includes('keychain')) return [];
    const found = (await host.keychain.available())
      ? await unwrapEach(keys, async ({ wraps }) =>
          wraps.keychain === undefined ? null : host.keychain.unwrap(wraps.keychain),
        )
      : [];
    keychainLost = found.length === 0;
    return found;
  }
}

/** A fault of the database or of the files beside it as an expected failure; anything else as it is. */
function fault(thrown: unknown): unknown {
  return systemFault(registerFault(thrown));
}

function codeOf(thrown: unknown): string {
  const error = fault(thrown);
  return error instanceof StationError ? error.failure.code : 'unknown';
}

/**
 * What can be said of a register before its key is at hand. A key file without its register is no new station: the
 * register was moved or deleted, and nothing is made in its place.
 */
function firstPhase(file: string): Phase {
  try {
    if (!existsSync(file) && !existsSync(keyFilePath(file))) return { kind: 'fresh' };
    // A set-up that was cut short left the register unfinished: it starts anew.
    if (!existsSync(file) && existsSync(`${file}.new`)) return { kind: 'fresh' };
    refuseStump(file);
    return { kind: 'locked' };
  } catch (thrown) {
    const error = fault(thrown);
    if (!(error instanceof StationError)) throw error;
    return { kind: 'refused', failure: error.failure };
  }
}

/** The number of the newest entry of the log, before anything is written. */
function newestEntry(db: Register): number {
  return db.prepare('SELECT coalesce(max(seq), 0) FROM audit').pluck().get() as number;
}

/** Reads every page by a connection that writes nothing. Throws REGISTER_DAMAGED when one does not pass. */
function readWhole(options: OpenOptions): void {
  const db = openRegister({ ...options, readonly: true });
  try {
    if (db.pragma('integrity_check(1)', { simple: true }) !== 'ok')
      throw new StationError('REGISTER_DAMAGED', { file: options.file });
  } finally {
    db.close();
  }
}

/** The desk as the last run left it; an older program's stage is not guessed at. */
function restoredDesk(state: string, nowMs: number): DeskState {
  try {
    const desk = { ...emptyDesk, ...(JSON.parse(state) as DeskState) };
    // A clock that was set back meanwhile does not make anybody wait longer than they may.
    if (desk.heldUntilMs !== null && desk.heldUntilMs > nowMs + halfOpenMs)
      return { ...emptyDesk, version: desk.version };
    return stageSchema.safeParse(desk.stage).success ? desk : { ...emptyDesk, version: desk.version };
  } catch {
    return emptyDesk;
  }
}
