import { existsSync, rmSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { StationView } from '../../../shared/contract/station.ts';
import type { Output, ParsedInput } from '../../../shared/contract.ts';
import { StationError } from '../../../shared/errors.ts';
import { backupName, readManifest } from '../../db/backupFile.ts';
import { type Claim, claimRegister } from '../../db/claim.ts';
import { comparePresent, findKey, joinKeyFiles, presentOf, type RestoreSource, readBackup } from '../backup/restore.ts';
import { type RunningCopy, startCopy } from '../backup/startCopy.ts';
import type { CoreHost, CoreInit, Opened, Opening, Phase } from '../phase.ts';
import { allow } from '../staff/rights.ts';
import { audit } from '../station.ts';
import { wrapFor } from './create.ts';
import { forgetMark } from './installation.ts';
import { readKeyFile, type Unwrapped, wrapByRecoveryKey, writeKeyFile } from './keyFile.ts';
import { buildingPath, refuseOpenLog, settleSwap, swapIn } from './swap.ts';

type ReplaceMethod = 'register.rekey' | 'register.cancelRekey' | 'backups.preview' | 'backups.restore';
type Task = 'rekey' | 'restore';

export type ReplaceParts = {
  readonly init: CoreInit;
  readonly host: CoreHost;
  readonly newId: () => string;
  readonly nowMs: () => number;
  readonly phase: () => Phase;
  readonly setPhase: (phase: Phase) => void;
  readonly closeOpen: (opened: Opened) => Promise<void>;
  readonly tryOpen: (candidates: readonly Unwrapped[], opening: Opening) => Promise<void>;
  readonly view: () => Promise<StationView>;
  readonly provenRecovery: (repeated: string) => Uint8Array;
  readonly forgetRecovery: () => void;
};

type Handlers = { readonly [M in ReplaceMethod]: (input: ParsedInput<M>) => Promise<Output<M>> };

/** Room that a copy of a file needs beside it, with some to spare. */
const spareBytes = 16 * 1024 * 1024;

/**
 * Puts another register in this one's place: the same under a new data key, or a backup. The new one is whole and verified,
 * and the key file offers the keys of both, before the register is closed; from then on a swap of names is all there is to
 * do. Whatever fails before it leaves the register as it was; whatever breaks it off is finished at the next start.
 */
export function createReplacing(parts: ReplaceParts): Handlers {
  const { init, host } = parts;
  let running: RunningCopy | null = null;
  let isBusy = false;
  let isCancelled = false;
  /** The last one that succeeded: the very same call again finds it done. */
  let doneRequest: string | null = null;

  const at = (task: Task, step: string): void => {
    if (parts.phase().kind === 'working') parts.setPhase({ kind: 'working', task, step });
    host.emit('register.progressed', { task, step });
  };

  const copying = async (task: Task, job: Parameters<typeof startCopy>[0]) => {
    if (isCancelled) throw new StationError('CANCELLED');
    running = startCopy(job, (step) => at(task, step));
    try {
      return await running.result;
    } finally {
      running = null;
    }
  };

  const once = async (requestId: string, work: () => Promise<void>): Promise<StationView> => {
    if (doneRequest === requestId) return parts.view();
    if (isBusy) throw new StationError('REGISTER_BUSY');
    isBusy = true;
    isCancelled = false;
    try {
      await work();
      doneRequest = requestId;
      return await parts.view();
    } finally {
      isBusy = false;
    }
  };

  /** The desk waits from here on; the present register stays open until the copy is there. */
  const rekey = async (opened: Opened, input: ParsedInput<'register.rekey'>): Promise<void> => {
    const file = init.registerFile;
    const operator = allow(opened.station, 'register.keys');
    const recovery = parts.provenRecovery(input.recoveryKeyRepeated);
    const { registerId, wraps: former } = readKeyFile(file);
    const newKey = Buffer.from(opened.station.random(32));
    const wraps = {
      ...(await wrapFor(newKey, input, host.keychain, registerId)),
      recovery: wrapByRecoveryKey(newKey, recovery, registerId),
    };
    const present: Unwrapped = { dataKeyHex: opened.dataKeyHex, isNext: false };
    const register = { file, dataKeyHex: opened.dataKeyHex, nativeBinding: init.nativeBinding };
    refuseSmallDisk(file, 3);

    parts.setPhase({ kind: 'working', task: 'rekey', step: 'backup' });
    let isClosed = false;
    let claim: Claim | null = null;
    try {
      at('rekey', 'backup');
      const nowMs = parts.nowMs();
      await parts.closeOpen(opened);
      isClosed = true;
      const order = {
        folder: join(dirname(file), 'backups'),
        name: backupName(registerId, nowMs, 'rekey'),
        why: 'rekey' as const,
        nowMs,
        program: init.programVersion,
      };
      const before = await copying('rekey', { kind: 'backup', register, order });
      const to = buildingPath(file);
      await copying('rekey', { kind: 'rekey', register, to, newKeyHex: newKey.toString('hex') });
      if (isCancelled) throw new StationError('CANCELLED');
      refuseOpenLog(file);
      claim = claimRegister(file, init.nativeBinding);
      at('rekey', 'keys');
      writeKeyFile(file, { version: 1, registerId, wraps: former, next: { registerId, wraps } }, nowMs);
      at('rekey', 'swap');
      swapIn(file, 'former', String(nowMs), (step) => at('rekey', step));
      claim.release();
      await parts.tryOpen([{ dataKeyHex: newKey.toString('hex'), isNext: true }], {
        by: 'restart',
        resumeSession: true,
        note: (station) => {
          station.tables.settings.set('backups.newestAtMs', String(nowMs));
          audit(station, 'register.rekey', 'register', {
            by: operator.id,
            protection: input.protection,
            backup: before.backup?.sha256 ?? '',
          });
        },
      });
      parts.forgetRecovery();
      host.emit('station.changed', {});
    } catch (error) {
      claim?.release();
      if (isClosed) await openAgain([present], true);
      throw error;
    }
  };

  /** After a failure: the register is as it was, and the desk goes on with it. */
  const openAgain = async (candidates: readonly Unwrapped[], resumeSession: boolean): Promise<void> => {
    settleSwap(init.registerFile);
    parts.setPhase({ kind: existsSync(init.registerFile) ? 'locked' : 'fresh' });
    try {
      if (candidates.length > 0) await parts.tryOpen(candidates, { by: 'restart', resumeSession });
    } catch (error) {
      host.log('register.notOpened', { code: error instanceof StationError ? error.failure.code : 'unknown' });
    }
    host.emit('station.changed', {});
  };

  const sourceOf = (input: ParsedInput<'backups.preview'>): RestoreSource => {
    const now = parts.phase();
    if (now.kind === 'working') throw new StationError('REGISTER_BUSY');
    // Another program works with it: nothing may take its place.
    if (now.kind === 'refused' && now.failure.code === 'REGISTER_IN_USE') throw new StationError('REGISTER_IN_USE');
    if (now.kind === 'ready') allow(now.station, 'backups.restore');
    return {
      path: input.path,
      registerFile: init.registerFile,
      nativeBinding: init.nativeBinding,
      presentKeyHex: now.kind === 'ready' ? now.dataKeyHex : null,
      secret: input.secret ?? null,
    };
  };

  const preview = async (input: ParsedInput<'backups.preview'>) => {
    const source = sourceOf(input);
    const key = await findKey(source);
    const backup = readBackup(source, key.dataKeyHex);
    const now = parts.phase();
    const zone = now.kind === 'ready' ? now.station.settings.get().zone : 'Asia/Shanghai';
    const present =
      now.kind === 'ready' ? comparePresent(now.station.db, backup, zone) : await presentOf(source, backup, zone);
    return { source, key, backup, present };
  };

  const restore = async (input: ParsedInput<'backups.restore'>): Promise<void> => {
    const file = init.registerFile;
    const { source, key, present } = await preview(input);
    const lost = present.kind === 'readable' ? present.lostEntries : null;
    if (present.kind !== 'none' && lost !== input.lostEntries)
      throw new StationError('RESTORE_CHANGED', { lost: lost ?? -1 });
    refuseSmallDisk(source.path, 2, dirname(file));
    const was = parts.phase();
    const nowMs = parts.nowMs();
    const stamp = String(nowMs);
    const by = was.kind === 'ready' ? (was.station.operator.get()?.id ?? null) : null;

    parts.setPhase({ kind: 'working', task: 'restore', step: 'verify' });
    let isClosed = false;
    let isSwapped = false;
    let claim: Claim | null = null;
    try {
      const manifest = readManifest(source.path);
      await copying('restore', {
        kind: 'fetch',
        backup: { file: source.path, dataKeyHex: key.dataKeyHex, nativeBinding: init.nativeBinding },
        to: buildingPath(file),
        sha256: manifest?.sha256 ?? null,
      });
      if (was.kind === 'ready') {
        await parts.closeOpen(was);
        isClosed = true;
        refuseOpenLog(file);
      }
      claim = claimRegister(file, init.nativeBinding);
      at('restore', 'keys');
      joinKeyFiles(file, `${file}.set-aside-${stamp}`, key.keys, nowMs);
      at('restore', 'swap');
      forgetMark(file);
      swapIn(file, 'set-aside', stamp, (step) => at('restore', step));
      isSwapped = true;
      claim.release();
      await parts.tryOpen([{ dataKeyHex: key.dataKeyHex, isNext: key.keys !== null }], {
        by: input.secret === undefined || 'passphrase' in input.secret ? 'passphrase' : 'recoveryKey',
        resumeSession: false,
        isRestored: true,
        note: (station) => {
          audit(station, 'register.restore', 'register', {
            by,
            backup: manifest?.sha256 ?? '',
            madeAtMs: manifest?.madeAtMs ?? null,
            lostEntries: lost,
            setAside: present.kind === 'none' ? null : `set-aside-${stamp}`,
          });
        },
      });
      host.emit('station.changed', {});
    } catch (error) {
      claim?.release();
      if (isSwapped) {
        // It is in place and whole; why it did not open stands on the page of refused registers.
        if (parts.phase().kind === 'working') parts.setPhase({ kind: 'locked' });
      } else if (isClosed && was.kind === 'ready') {
        await openAgain([{ dataKeyHex: was.dataKeyHex, isNext: false }], true);
      } else {
        rmSync(buildingPath(file), { force: true });
        parts.setPhase(was);
      }
      throw error;
    }
  };

  return {
    'register.rekey': (input) =>
      once(input.requestId, async () => {
        const now = parts.phase();
        if (now.kind !== 'ready') throw new StationError('REGISTER_LOCKED');
        await rekey(now, input);
      }),
    'register.cancelRekey': async () => {
      isCancelled = true;
      await running?.cancel();
      return {};
    },
    'backups.preview': async (input) => {
      const { backup, present } = await preview(input);
      return { ...backup.preview, present };
    },
    'backups.restore': (input) => once(input.requestId, () => restore(input)),
  };
}

/** `times` the file's size must be free where the copies go. Throws DISK_FULL before anything has begun. */
function refuseSmallDisk(file: string, times: number, folder = dirname(file)): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < statSync(file).size * times + spareBytes) throw new StationError('DISK_FULL');
}
