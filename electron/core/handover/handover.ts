import { open } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { signerOfPkcs8 } from '../../../handover/ed25519.ts';
import { makeX25519Pair } from '../../../handover/hpke.ts';
import {
  type FileFault,
  mostFileBytes,
  mostRecords,
  readSealed,
  receiptManifestSchema,
  writeSealed,
} from '../../../handover/sealedFile.ts';
import { type Receipt, receiptSchema } from '../../../shared/central.ts';
import type { Output } from '../../../shared/contract.ts';
import { StationError } from '../../../shared/errors.ts';
import type { HandoverFileRow } from '../../db/handover.ts';
import { ensureKey } from '../audit/keys.ts';
import { type Handlers, look } from '../dispatch.ts';
import { beginHidden, type HiddenFile, notWritten } from '../exports/wholeFile.ts';
import { allow } from '../staff/rights.ts';
import { audit, type Station, signedIn } from '../station.ts';
import { readConnection } from '../sync/connection.ts';
import { noteEpoch } from '../sync/epoch.ts';
import { settleReading, settleRecord, toRecord } from '../sync/settle.ts';
import { syncView } from '../sync/view.ts';
import { knownServiceKey } from './serviceKey.ts';

/** Records a turn: short enough that a scan between two turns is not felt. */
const atOnce = 100;

/** One change of a long work, with what follows each commit. */
function within<T>(station: Station, run: () => T): T {
  const value = station.db.transaction(run).immediate();
  station.noteCommitted(station.tables.audit.newest());
  return value;
}

/** Files that carry records by hand where there is no network, and the receipts that come back. */
export function createHandover(): Handlers<'handover.get' | 'handover.write' | 'handover.readReceipt'> {
  let isBusy = false;
  /** One at a time: a file's number is given once. */
  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isBusy) throw new StationError('HANDOVER_BUSY');
    isBusy = true;
    try {
      return await work();
    } finally {
      isBusy = false;
    }
  };
  return {
    'handover.get': look((station) => {
      signedIn(station);
      return viewOf(station);
    }),
    'handover.write': look((station, { path, scope }) =>
      alone(async () => {
        const made = await writeFile(station, path, scope === 'new');
        return { ...made, path, handover: viewOf(station) };
      }),
    ),
    'handover.readReceipt': look((station, { path }) =>
      alone(async () => {
        const result = await readReceipt(station, path);
        station.emit('sync.changed', syncView(station));
        station.emit('desk.changed', { why: 'sync' });
        // Chains that wait again go by the network, where there is one.
        station.nudge();
        return { ...result, handover: viewOf(station) };
      }),
    ),
  };
}

function viewOf(station: Station): Output<'handover.get'> {
  const { handover } = station.tables;
  const what = { nowMs: station.clock.now(), limit: mostRecords };
  const count = (isNewOnly: boolean): number => {
    const ready = handover.listReady({ ...what, isNewOnly });
    return ready.seqs.length + ready.readings.length;
  };
  const isConnected = readConnection(station.tables) !== null;
  return {
    state: knownServiceKey(station) !== null ? 'ready' : isConnected ? 'noKey' : 'notConnected',
    siteName: station.settings.get().siteName,
    stationName: station.settings.get().stationName,
    unacknowledged: count(false),
    unhanded: count(true),
    awaiting: handover.awaiting(),
    files: handover.list().map(({ readAtMs, accepted, conflicts, rejected, ...file }) => ({
      ...file,
      receipt:
        readAtMs === null
          ? null
          : { readAtMs, accepted: accepted ?? 0, conflicts: conflicts ?? 0, rejected: rejected ?? 0 },
    })),
  };
}

async function writeFile(
  station: Station,
  path: string,
  isNewOnly: boolean,
): Promise<{ readonly n: number; readonly records: number; readonly left: number }> {
  const operator = allow(station, 'sync.handOver');
  const known = knownServiceKey(station);
  if (known === null) throw new StationError('HANDOVER_NO_KEY');
  const { handover, outbox } = station.tables;

  const prepared = within(station, () => {
    handover.sweep();
    const ready = handover.listReady({ isNewOnly, nowMs: station.clock.now(), limit: mostRecords + 1 });
    const seqs = ready.seqs.slice(0, mostRecords);
    const readings = ready.readings.slice(0, mostRecords - seqs.length);
    const left = ready.seqs.length + ready.readings.length - seqs.length - readings.length;
    // From here on an undo finds them gone.
    outbox.claim(seqs.map((seq) => ({ seq })));
    return { n: handover.nextN(), key: ensureKey(station), seqs, readings, left };
  });
  const { n, seqs, readings } = prepared;
  const records = seqs.length + readings.length;
  if (records === 0) throw new StationError('HANDOVER_NOTHING');
  const goOn = (): void => {
    if (station.operator.get()?.id !== operator.id || !station.db.open) throw new StationError('EXPORT_CANCELLED');
  };

  const reply = makeX25519Pair();
  const epoch = station.tables.settings.get('central.epoch');
  const writtenAtMs = station.clock.now();
  const recordKeys: string[] = [];
  async function* lines(): AsyncGenerator<string> {
    yield JSON.stringify({ epoch, replyKey: reply.publicKey.toString('base64url') });
    for (let at = 0; at < records; at += 1) {
      if (at % atOnce === 0) {
        await nextTurn();
        goOn();
      }
      const seq = seqs[at];
      const row = seq === undefined ? null : handover.findRow(seq);
      const reading = seq === undefined ? handover.findReading(readings[at - seqs.length] ?? 0) : null;
      const found = row ?? (reading === null ? null : { ...reading, kind: 'test.resulted' as const });
      // Destroyed by the retention between two turns: the file would not be what it says.
      if (found === null) throw new StationError('EXPORT_CANCELLED');
      recordKeys.push(found.recordKey);
      yield JSON.stringify(toRecord(found));
    }
  }

  let file: HiddenFile;
  let fileId: string;
  try {
    const growing = await beginHidden(path);
    try {
      ({ fileId } = await writeSealed('handover', {
        header: {
          station: known.station,
          installation: station.installationId,
          key: known.key.id,
          signer: prepared.key.publicKey,
          createdAtMs: writtenAtMs,
          n,
          records,
        },
        sealTo: Buffer.from(known.key.sealing, 'base64url'),
        sign: signerOfPkcs8(Buffer.from(prepared.key.privateKey, 'base64')).sign,
        lines: lines(),
        write: growing.write,
      }));
    } catch (error) {
      await growing.discard();
      throw error;
    }
    file = await growing.end();
  } catch (error) {
    throw notWritten(error);
  }
  try {
    goOn();
    within(station, () => {
      const row: HandoverFileRow = {
        n,
        fileId,
        installationId: station.installationId,
        keyId: known.key.id,
        signingKey: known.key.signing,
        replyKey: reply.privateKey.toString('base64url'),
        epoch,
        records,
        writtenAtMs,
        operatorId: operator.id,
      };
      handover.insert(row, recordKeys);
      // Before anybody can have the file.
      audit(station, 'handover.write', `handover:${n}`, { records, file: fileId, scope: isNewOnly ? 'new' : 'all' });
    });
  } catch (error) {
    await file.discard();
    throw error;
  }
  try {
    await file.show();
  } catch (error) {
    await file.discard();
    within(station, () => {
      handover.remove(n);
      audit(station, 'export.notWritten', `handover:${n}`, { file: fileId });
    });
    throw notWritten(error);
  }
  station.emit('sync.changed', syncView(station));
  return { n, records, left: prepared.left };
}

const faultCodes: Readonly<
  Record<FileFault, 'HANDOVER_NOT_RECEIPT' | 'HANDOVER_RECEIPT_BAD' | 'HANDOVER_RECEIPT_NEWER' | 'HANDOVER_IS_FILE'>
> = {
  empty: 'HANDOVER_RECEIPT_BAD',
  notOurs: 'HANDOVER_NOT_RECEIPT',
  otherKind: 'HANDOVER_IS_FILE',
  otherVersion: 'HANDOVER_RECEIPT_NEWER',
  tooLarge: 'HANDOVER_NOT_RECEIPT',
  truncated: 'HANDOVER_RECEIPT_BAD',
  damaged: 'HANDOVER_RECEIPT_BAD',
  notSigned: 'HANDOVER_RECEIPT_BAD',
  notOpened: 'HANDOVER_RECEIPT_BAD',
  tooMuch: 'HANDOVER_RECEIPT_BAD',
  wrongContent: 'HANDOVER_RECEIPT_BAD',
};

type Counts = { readonly accepted: number; readonly conflicts: number; readonly rejected: number };

async function readReceipt(
  station: Station,
  path: string,
): Promise<Counts & { readonly n: number; readonly records: number; readonly isRepeated: boolean }> {
  const operator = allow(station, 'sync.handOver');
  const { handover, settings } = station.tables;
  const outer = readSealed('receipt', await readWhole(path));
  if (!outer.ok) throw new StationError(faultCodes[outer.fault]);
  const { header } = outer.file;
  const row = handover.find(header.file);
  if (row === null) throw new StationError('HANDOVER_RECEIPT_OTHER');
  // Only now is it known by which key it must be signed: what it says of itself is believed from here on.
  if (!outer.file.isSignedBy(row.signingKey)) throw new StationError('HANDOVER_RECEIPT_BAD');
  if (
    header.installation !== station.installationId ||
    row.installationId !== station.installationId ||
    header.n !== row.n
  )
    throw new StationError('HANDOVER_RECEIPT_OTHER');
  const former = handover.findReceipt(row.n);
  if (former !== null && header.issuedAtMs <= former.issuedAtMs) {
    const { accepted, conflicts, rejected } = former;
    return { n: row.n, records: row.records, accepted, conflicts, rejected, isRepeated: true };
  }

  const opened = outer.file.openWith(Buffer.from(row.replyKey, 'base64url'));
  const receipts: Receipt[] = [];
  let epoch: string | null = null;
  let isWellFormed = true;
  const unread =
    opened === null
      ? 'notOpened'
      : await opened.readLines((line, place) => {
          if (place === 0) {
            const manifest = receiptManifestSchema.safeParse(line);
            if (manifest.success) epoch = manifest.data.epoch;
            else isWellFormed = false;
            return;
          }
          const receipt = receiptSchema.safeParse(line);
          if (receipt.success) receipts.push(receipt.data);
          else isWellFormed = false;
        });
  if (unread !== null || !isWellFormed || epoch === null) throw new StationError('HANDOVER_RECEIPT_BAD');

  // A receipt of an earlier life of the service says nothing of what the present one still has.
  const knownEpoch = settings.get('central.epoch');
  if (knownEpoch !== null && knownEpoch !== epoch && knownEpoch !== row.epoch)
    throw new StationError('HANDOVER_RECEIPT_PAST');
  const heard: string = epoch;
  within(station, () => noteEpoch(station, heard));

  for (let at = 0; at < receipts.length; at += atOnce) {
    await nextTurn();
    if (station.operator.get()?.id !== operator.id || !station.db.open) throw new StationError('EXPORT_CANCELLED');
    within(station, () => {
      for (const receipt of receipts.slice(at, at + atOnce)) settleOne(station, row.n, receipt);
    });
  }
  const countOf = (...statuses: readonly Receipt['status'][]) =>
    receipts.filter(({ status }) => statuses.includes(status)).length;
  const counts: Counts = {
    accepted: countOf('stored', 'duplicate'),
    conflicts: countOf('conflict'),
    rejected: countOf('rejected'),
  };
  within(station, () => {
    const { n } = row;
    handover.saveReceipt({ n, issuedAtMs: header.issuedAtMs, readAtMs: station.clock.now(), ...counts });
    handover.sweep();
    audit(station, 'handover.receipt', `handover:${n}`, { ...counts, file: header.file });
  });
  return { n: row.n, records: row.records, ...counts, isRepeated: false };
}

/** As the answer to a batch would: the network may have settled it meanwhile, or another record was made for it. */
function settleOne(station: Station, n: number, receipt: Receipt): void {
  const { outbox, handover } = station.tables;
  handover.settled(receipt.key, n);
  const row = outbox.findByKey(receipt.key);
  if (row === null) settleReading(station, receipt);
  else if (row.state === 'waiting' && row.recordKey === receipt.key) settleRecord(station, row, receipt);
}

/** At most the largest file that is read at all. Throws FILE_UNREADABLE and what is wrong with one that is none. */
async function readWhole(path: string): Promise<Buffer> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size > mostFileBytes) throw new StationError('HANDOVER_NOT_RECEIPT');
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof StationError) throw error;
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
    if (!/^E[A-Z0-9]+$/.test(code)) throw error;
    throw new StationError('FILE_UNREADABLE', { problem: code }, 'path');
  }
}
