import { dirname, join } from 'node:path';
import { type ErrorCode, StationError } from '../../../shared/errors.ts';
import type { Backup, BackupReason, BackupState } from '../../../shared/model/backup.ts';
import { minute } from '../../../shared/time.ts';
import { backupName, listBackups, registerIdOf, removeBackup } from '../../db/backupFile.ts';
import type { CellOwner } from '../cell.ts';
import { change, type Handlers, inTransaction, look } from '../dispatch.ts';
import { allow } from '../staff/rights.ts';
import { audit, type Station } from '../station.ts';
import { lateAfterMs, nextDueAtMs, overdueForRotation, readPlan } from './plan.ts';
import { type RunningCopy, startCopy } from './startCopy.ts';

/** After a backup that failed: how long until the next try, ms. A stick may be back, a disk may have room. */
const retryMs = 10 * minute;

export type Backups = {
  readonly state: () => BackupState;
  /** Makes what the plan wants by now; settles when it is made, or at once when nothing is due. */
  readonly tick: () => Promise<void>;
  /** Makes one now. Throws what writeBackup throws, BACKUP_UNDER_WAY. */
  readonly make: (why: BackupReason, folder?: string) => Promise<Backup>;
  readonly stop: () => Promise<void>;
};

export type BackupParts = {
  readonly registerFile: string;
  readonly dataKeyHex: string;
  readonly nativeBinding: string | null;
  readonly program: string;
};

/** Where backups go: the folder that was chosen, or one beside the register. */
function backupFolder(station: Station, registerFile: string): string {
  return station.tables.settings.get('backups.folder') ?? join(dirname(registerFile), 'backups');
}

/** Makes the backups of an open register, by the plan and on demand. */
export function createBackups(station: Station, cells: CellOwner, parts: BackupParts): Backups {
  const registerId = registerIdOf(parts.registerFile);
  const { tables } = station;
  let running: RunningCopy | null = null;
  let failure: ErrorCode | null = null;
  let retryAtMs = 0;
  let isStopped = false;

  const zone = () => station.settings.get().zone;
  const newestAtMs = (): number | null => {
    const text = tables.settings.get('backups.newestAtMs');
    return text === null ? null : Number(text);
  };
  /** A register that has never been backed up counts from its beginning on this installation. */
  const countedFromMs = (): number => newestAtMs() ?? Number(tables.settings.get('backups.sinceMs') ?? 0);
  const dueAtMs = () => nextDueAtMs(readPlan(tables), countedFromMs(), zone());

  const make = async (why: BackupReason, chosen?: string): Promise<Backup> => {
    if (running !== null || isStopped) throw new StationError('BACKUP_UNDER_WAY');
    const folder = chosen ?? backupFolder(station, parts.registerFile);
    const nowMs = station.clock.now();
    try {
      running = startCopy({
        kind: 'backup',
        register: { file: parts.registerFile, dataKeyHex: parts.dataKeyHex, nativeBinding: parts.nativeBinding },
        order: { folder, name: backupName(registerId, nowMs, why), why, nowMs, program: parts.program },
      });
      station.emit('backups.changed', {});
      const { backup } = await running.result;
      if (backup === null) throw new Error('a backup that was just made is not there');
      failure = null;
      retryAtMs = 0;
      inTransaction(station, cells, () => {
        tables.settings.set('backups.newestAtMs', String(nowMs));
        audit(station, 'backup.make', 'register', { why, sha256: backup.sha256, bytes: backup.bytes });
      });
      if (chosen === undefined) rotate(folder);
      const { path, madeAtMs, bytes, sha256, counts } = backup;
      return { path, why, madeAtMs, bytes, sha256, tests: counts['tests'] ?? 0, people: counts['people'] ?? 0 };
    } catch (error) {
      const code = error instanceof StationError ? error.failure.code : 'INTERNAL';
      if (code !== 'CANCELLED') {
        // Written once, not at each of its tries.
        if (failure !== code) noteFailure(why, code);
        failure = code;
        retryAtMs = nowMs + retryMs;
        station.log('backup.failed', { code, why, kind: error instanceof Error ? error.name : typeof error });
      }
      throw error;
    } finally {
      running = null;
      station.emit('backups.changed', {});
    }
  };

  const noteFailure = (why: BackupReason, code: ErrorCode): void => {
    try {
      inTransaction(station, cells, () => audit(station, 'backup.fail', 'register', { why, code }));
    } catch {
      // A disk that is full takes no entry either; the program's log has its line.
    }
  };

  const rotate = (folder: string): void => {
    const old = overdueForRotation(listBackups(folder, registerId), readPlan(tables), station.clock.now(), zone());
    for (const { path, sha256 } of old) {
      try {
        removeBackup(path);
        inTransaction(station, cells, () => audit(station, 'backup.rotate', 'register', { sha256 }));
      } catch {
        // It stays until the next time: a backup too many harms nobody.
        station.log('backup.notRemoved', {});
      }
    }
  };

  return {
    state: () => {
      const due = dueAtMs();
      return {
        isPlanned: due !== null,
        newestAtMs: newestAtMs(),
        dueAtMs: due,
        isOverdue: due !== null && station.clock.now() > due + lateAfterMs,
        isRunning: running !== null,
        failure,
      };
    },
    tick: async () => {
      const due = dueAtMs();
      const nowMs = station.clock.now();
      if (due === null || nowMs < due || nowMs < retryAtMs || running !== null || isStopped) return;
      // Said by the state and in the log: a plan that fails ends nothing else.
      await make('plan').catch(() => {});
    },
    make,
    stop: async () => {
      isStopped = true;
      await running?.cancel();
    },
  };
}

/** The calls about backups; `backups` is that of the open register. */
export function backupHandlers(
  registerFile: string,
  backups: () => Backups,
): Handlers<'backups.state' | 'backups.get' | 'backups.setPlan' | 'backups.make'> {
  const get = (station: Station) => ({
    plan: readPlan(station.tables),
    folder: backupFolder(station, registerFile),
    isOwnFolder: station.tables.settings.get('backups.folder') === null,
    backups: listBackups(backupFolder(station, registerFile), registerIdOf(registerFile)),
    state: backups().state(),
  });
  return {
    'backups.state': look(() => backups().state()),
    'backups.get': look((station) => {
      allow(station, 'backups.make');
      return get(station);
    }),
    'backups.setPlan': change({
      run: (station, { plan, folder }) => {
        allow(station, 'backups.plan');
        station.tables.settings.set('backups.plan', JSON.stringify(plan));
        if (folder.kind === 'chosen') station.tables.settings.set('backups.folder', folder.path);
        if (folder.kind === 'own') station.tables.settings.forget('backups.folder');
        audit(station, 'backup.plan', 'station', { ...plan, schedule: { ...plan.schedule }, folder: folder.kind });
        return {};
      },
      answer: (station) => {
        station.emit('backups.changed', {});
        return get(station);
      },
    }),
    'backups.make': change({
      prepare: (station, { folder }) => {
        allow(station, 'backups.make');
        return backups().make('demand', folder);
      },
      run: (_station, _input, backup) => backup,
      answer: (_station, backup) => ({ backup }),
    }),
  };
}
