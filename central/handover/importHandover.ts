import { setUpSender } from '../../handover/hpke.ts';
import type { FileFault, HandoverHeader, OpenedFile } from '../../handover/sealedFile.ts';
import { handoverManifestSchema, readSealed, writeSealed } from '../../handover/sealedFile.ts';
import type { ServiceKey } from '../../handover/serviceKeys.ts';
import { batchLimit, type Receipt } from '../../shared/central.ts';
import type { CitizenKey } from '../citizen/keys.ts';
import { parseRecord } from '../ingest/parse.ts';
import type { Database } from '../store/database.ts';
import { type Carrier, findCarrier, findImport, type ImportCounts, saveImport } from '../store/handover.ts';
import { ingest } from '../store/ingest.ts';

export type ImportFault =
  | FileFault
  | 'otherStation' // of a station or an installation that this service has never heard of
  | 'revoked'
  | 'unknownKey' // sealed to a key that is not in the key file (any more)
  | 'installationEnded'
  | 'epochChanged'; // the service was restored while the file was being taken in

export type ImportedFile = ImportCounts & {
  readonly ok: true;
  readonly header: HandoverHeader;
  readonly carrier: Carrier;
  /** The file was taken in before: this is the receipt of then. */
  readonly isRepeated: boolean;
  readonly receipt: Buffer;
};

export type RefusedFile = {
  readonly ok: false;
  readonly fault: ImportFault;
  /** How many of its records were taken in before it had to be given up; the same file may simply be tried again. */
  readonly taken: number;
};

/** Answers of which something else that comes may make another one. */
const lacking: ReadonlySet<string> = new Set(['outOfOrder', 'testUnknown']);

/**
 * Takes a hand-over file in by the same way as batches. The file is looked through from end to end before the first of
 * its records is stored; the same file again gets the same receipt.
 */
export async function importHandover(
  database: Database,
  parts: {
    readonly bytes: Buffer;
    readonly keys: readonly ServiceKey[];
    readonly citizenKeys: readonly CitizenKey[];
    readonly nowMs: number;
  },
): Promise<ImportedFile | RefusedFile> {
  const refused = (fault: ImportFault, taken = 0): RefusedFile => ({ ok: false, fault, taken });
  const outer = readSealed('handover', parts.bytes);
  if (!outer.ok) return refused(outer.fault);
  const { header, fileId } = outer.file;

  const carrier = await findCarrier(database, header.station, header.installation, parts.nowMs);
  if (carrier === null || carrier.publicKey === null) return refused('otherStation');
  if (carrier.publicKey !== header.signer || !outer.file.isSignedBy(carrier.publicKey)) return refused('notSigned');
  if (carrier.isRevoked) return refused('revoked');
  if (carrier.isEnded) return refused('installationEnded');
  const key = parts.keys.find(({ id }) => id === header.key);
  if (key === undefined) return refused('unknownKey');
  const opened = outer.file.openWith(key.privateKey);
  if (opened === null) return refused('notOpened');

  let replyKey: Buffer | null = null;
  const unfit = await opened.readLines((line, place) => {
    if (place > 0) return;
    const manifest = handoverManifestSchema.safeParse(line);
    replyKey = manifest.success ? Buffer.from(manifest.data.replyKey, 'base64url') : null;
  });
  if (unfit !== null) return refused(unfit);
  // A receipt must be possible before anything is stored.
  if (replyKey === null || setUpSender(replyKey, Buffer.alloc(0)) === null) return refused('wrongContent');

  const former = await findImport(database, fileId);
  if (former !== null) return { ok: true, header, carrier, isRepeated: true, ...former };

  const taken = await takeRecords(database, { ...parts, carrier, header, fileId, opened });
  if (!taken.ok) return refused(taken.fault, taken.taken);
  const { epoch, receipts } = taken;
  const receipt = await receiptOf({ key, header, fileId, replyKey, epoch, receipts, nowMs: parts.nowMs });
  const countOf = (status: Receipt['status']) => receipts.filter((each) => each.status === status).length;
  const counts = {
    stored: countOf('stored'),
    duplicate: countOf('duplicate'),
    conflict: countOf('conflict'),
    rejected: countOf('rejected'),
  };
  await saveImport(database, {
    ...counts,
    fileId,
    stationId: carrier.stationId,
    installationId: header.installation,
    n: header.n,
    records: header.records,
    epoch,
    importedAtMs: parts.nowMs,
    isLacking: receipts.some(({ code }) => code !== undefined && lacking.has(code)),
    receipt,
  });
  return { ok: true, header, carrier, isRepeated: false, ...counts, receipt };
}

async function takeRecords(
  database: Database,
  parts: {
    readonly citizenKeys: readonly CitizenKey[];
    readonly nowMs: number;
    readonly carrier: Carrier;
    readonly header: HandoverHeader;
    readonly fileId: string;
    readonly opened: OpenedFile;
  },
): Promise<
  | { readonly ok: true; readonly epoch: string; readonly receipts: readonly Receipt[] }
  | { readonly ok: false; readonly fault: ImportFault; readonly taken: number }
> {
  const { carrier, header, fileId } = parts;
  const receipts: Receipt[] = [];
  let epoch: string | null = null;
  let fault: ImportFault | null = null;
  let waiting: unknown[] = [];
  const takeBatch = async (): Promise<void> => {
    const records = waiting.map(parseRecord);
    waiting = [];
    if (fault !== null || records.length === 0) return;
    const done = await ingest(
      database,
      {
        station: { stationId: carrier.stationId, siteId: carrier.siteId },
        batchId: `handover-${fileId.slice(0, 32)}-${receipts.length}`,
        installationId: header.installation,
        nowMs: parts.nowMs,
        records,
      },
      parts.citizenKeys,
    );
    if (!done.ok) fault = 'installationEnded';
    else if (epoch !== null && epoch !== done.epoch) fault = 'epochChanged';
    else {
      epoch = done.epoch;
      receipts.push(...done.receipts);
    }
  };
  const unread = await parts.opened.readLines(async (line, place) => {
    if (place === 0) return;
    waiting.push(line);
    if (waiting.length === batchLimit) await takeBatch();
  });
  await takeBatch();
  const what = unread ?? (fault as ImportFault | null);
  if (what !== null || epoch === null) return { ok: false, fault: what ?? 'wrongContent', taken: receipts.length };
  return { ok: true, epoch, receipts };
}

async function receiptOf(parts: {
  readonly key: ServiceKey;
  readonly header: HandoverHeader;
  readonly fileId: string;
  readonly replyKey: Buffer;
  readonly epoch: string;
  readonly receipts: readonly Receipt[];
  readonly nowMs: number;
}): Promise<Buffer> {
  const { header, key, receipts } = parts;
  const pieces: Uint8Array[] = [];
  await writeSealed('receipt', {
    header: {
      station: header.station,
      installation: header.installation,
      file: parts.fileId,
      n: header.n,
      key: key.id,
      issuedAtMs: parts.nowMs,
      records: header.records,
    },
    sealTo: parts.replyKey,
    sign: key.sign,
    lines: [{ epoch: parts.epoch }, ...receipts].map((line) => JSON.stringify(line)),
    write: async (piece) => {
      pieces.push(piece);
    },
  });
  return Buffer.concat(pieces);
}
