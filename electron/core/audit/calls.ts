import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ParsedInput } from '../../../shared/contract.ts';
import { csvLine } from '../../../shared/csvLine.ts';
import { StationError } from '../../../shared/errors.ts';
import type { Language } from '../../../shared/language.ts';
import {
  type AuditRow,
  type AuditStanding,
  type AuditVerdict,
  auditVerdictSchema,
  shortFingerprint,
} from '../../../shared/model/audit.ts';
import { dayBounds, localTime } from '../../../shared/time.ts';
import type { AuditFilter, StoredEntry } from '../../db/audit.ts';
import { change, type Handlers, look } from '../dispatch.ts';
import { notWritten, writeHidden } from '../exports/wholeFile.ts';
import { allow } from '../staff/rights.ts';
import { audit, type Station, signedIn } from '../station.ts';
import { readConnection } from '../sync/connection.ts';
import { fetchHeads } from './central.ts';
import { signHead } from './heads.ts';
import { nothingOutside, verifyAudit } from './verify.ts';

type AuditMethod = 'audit.open' | 'audit.list' | 'audit.sign' | 'audit.verify' | 'audit.export' | 'audit.note';

/** Entries that one call looks through at most, whatever it searches for: the desk waits for no search. */
const stretch = 10_000;
const pieceRows = 500;
const verifiedKey = 'audit.verified';

type Filter = Pick<ParsedInput<'audit.list'>, 'fromDay' | 'toDay' | 'operatorId' | 'kind' | 'subject'>;

function filterOf(station: Station, { fromDay, toDay, operatorId, kind, subject }: Filter): AuditFilter {
  const { zone } = station.settings.get();
  return {
    fromMs: fromDay === undefined ? null : dayBounds(fromDay, zone).fromMs,
    toMs: toDay === undefined ? null : dayBounds(toDay, zone).toMs,
    // The program's own acts have nobody: they are asked for by an id that nobody has.
    operatorId: operatorId === undefined ? null : operatorId === 'program' ? '' : operatorId,
    kind: kind ?? null,
    subject: subject ?? null,
  };
}

/** A page of the log, the newest first. `next` goes on from there; null at the end. A page may be empty and have a next. */
function page(station: Station, filter: AuditFilter, from: number | null, limit: number) {
  const { audit: log } = station.tables;
  const isTimed = filter.fromMs !== null || filter.toMs !== null;
  const bounds = isTimed ? log.bounds(filter) : { low: log.firstSeq() ?? 0, high: log.last()?.seq ?? 0 };
  if (bounds === null) return { entries: [], next: null };
  const high = from === null ? bounds.high : Math.min(from, bounds.high);
  // By its index a subject is found wherever it is.
  const low = filter.subject === null ? Math.max(bounds.low, high - stretch + 1) : bounds.low;
  const entries = high < low ? [] : log.list(filter, high, low, limit);
  const last = entries.length === limit ? (entries.at(-1)?.seq ?? low) : low;
  return { entries, next: last > bounds.low ? last - 1 : null };
}

function rowsOf(station: Station, entries: readonly StoredEntry[]): AuditRow[] {
  const names = new Map(station.tables.operators.list().map(({ id, name }) => [id, name]));
  return entries.map(({ detail, ...entry }) => ({
    ...entry,
    operatorName: entry.operatorId === null ? null : (names.get(entry.operatorId) ?? null),
    detail: readDetail(detail),
  }));
}

/** A detail that somebody has broken is shown as it is; the check of the chain names it. */
function readDetail(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Not JSON any more.
  }
  return { text };
}

function standing(station: Station): AuditStanding {
  const { audit: log, auditHeads, settings } = station.tables;
  const lastSeq = log.last()?.seq ?? 0;
  const firstSeq = log.firstSeq();
  const head = auditHeads.newest();
  return {
    entries: firstSeq === null ? 0 : lastSeq - firstSeq + 1,
    lastSeq,
    head:
      head === null
        ? null
        : {
            seq: head.seq,
            day: head.day,
            atMs: head.atMs,
            fingerprint: shortFingerprint(head.hash),
            delivery: head.status ?? 'waiting',
          },
    ...auditHeads.counts(),
    verified: readVerified(settings.get(verifiedKey)),
  };
}

function readVerified(text: string | null): AuditStanding['verified'] {
  if (text === null) return null;
  const { atMs, verdict } = JSON.parse(text) as { readonly atMs: number; readonly verdict: unknown };
  const parsed = auditVerdictSchema.safeParse(verdict);
  return parsed.success ? { atMs, verdict: parsed.data } : null;
}

/** The log to those who may read it: each opening is an entry, and its pages are given only to who opened it. */
function checkOpening(station: Station, openingId: string): void {
  const operator = allow(station, 'audit.read');
  const opened = station.tables.requests.find(openingId);
  const by = opened?.method === 'audit.open' ? (JSON.parse(opened.answer) as { readonly by?: unknown }).by : null;
  if (by !== operator.id) throw new StationError('NOT_FOUND', { what: 'opening' });
}

export function auditHandlers(ports: { readonly fetch: typeof fetch }): Handlers<AuditMethod> {
  let isVerifying = false;

  /** The whole log against itself, and against the central service where it can be asked. */
  const verify = async (station: Station, requestId: string): Promise<AuditVerdict> => {
    allow(station, 'audit.read');
    if (isVerifying) throw new StationError('REQUEST_REUSED');
    isVerifying = true;
    try {
      const connection = readConnection(station.tables);
      const outside = connection === null ? null : await fetchHeads(ports.fetch, connection);
      return await verifyAudit(station.db, outside ?? nothingOutside, (done, total) =>
        station.emit('audit.progressed', { requestId, done, total }),
      );
    } finally {
      isVerifying = false;
    }
  };

  return {
    'audit.open': change({
      run: (station) => {
        const operator = allow(station, 'audit.read');
        audit(station, 'audit.read', 'audit');
        return { by: operator.id };
      },
      answer: (station) => {
        allow(station, 'audit.read');
        return standing(station);
      },
    }),
    'audit.list': look((station, { openingId, from, limit, ...filter }) => {
      checkOpening(station, openingId);
      const { entries, next } = page(station, filterOf(station, filter), from ?? null, limit);
      return { rows: rowsOf(station, entries), next };
    }),
    'audit.sign': change({
      run: (station, { why }) => {
        signedIn(station);
        const { seq, day, hash } = signHead(station, why);
        return { head: { seq, day, fingerprint: shortFingerprint(hash) } };
      },
      answer: (_station, stored) => stored,
    }),
    'audit.verify': change({
      prepare: (station, { requestId }) => verify(station, requestId),
      run: (station, _input, verdict) => {
        const atMs = station.clock.now();
        station.tables.settings.set(verifiedKey, JSON.stringify({ atMs, verdict }));
        const { ok, entries, toSeq, hash, bad } = verdict;
        audit(station, 'audit.verify', 'audit', {
          ok,
          entries,
          toSeq,
          hash,
          ...(bad === null ? {} : { badSeq: bad.seq, fault: bad.fault }),
        });
        return verdict;
      },
      answer: (station, verdict) => ({ verdict, standing: standing(station) }),
    }),
    'audit.export': look((station, input) => exportLog(station, input)),
    'audit.note': change({
      run: (station, { act, paper, to, subject }) => {
        const detail = { ...(paper === undefined ? {} : { paper }), ...(to === undefined ? {} : { to }) };
        audit(station, act, subject ?? 'station', detail);
        return {};
      },
      answer: () => ({}),
    }),
  };
}

const headings: Readonly<Record<Language, readonly string[]>> = {
  'zh-CN': ['序号', '日期', '时间', '人员', '动作', '对象', '内容', '安装编号', '前一条哈希', '哈希'],
  en: ['Number', 'Day', 'Time', 'Who', 'Action', 'Subject', 'Detail', 'Installation', 'Former hash', 'Hash'],
};

/** The entries of a filter as CSV, the newest first, up to the newest at the start; written whole or not at all. */
async function exportLog(station: Station, input: ParsedInput<'audit.export'>) {
  checkOpening(station, input.openingId);
  const operator = signedIn(station);
  const { zone } = station.settings.get();
  const filter = filterOf(station, input);
  const record = (action: 'audit.export' | 'audit.exportNotWritten', detail: Parameters<typeof audit>[3]) =>
    station.db.transaction(() => audit(station, action, `export:${input.exportId}`, detail)).immediate();
  const digest = createHash('sha256');
  const pieces: Buffer[] = [];
  const add = (text: string): void => {
    const bytes = Buffer.from(text, 'utf8');
    digest.update(bytes);
    pieces.push(bytes);
  };
  add(`\uFEFF${csvLine(headings[input.language])}`);
  let rows = 0;
  const total = station.tables.audit.last()?.seq ?? 0;
  for (let from: number | null = total; from !== null; ) {
    if (station.operator.get()?.id !== operator.id || !station.db.open) throw new StationError('EXPORT_CANCELLED');
    const { entries, next } = page(station, filter, from, pieceRows);
    rows += entries.length;
    if (entries.length > 0) {
      add(
        rowsOf(station, entries)
          .map((row) => csvLine(cells(row, zone)))
          .join(''),
      );
    }
    from = next;
    station.emit('exports.progressed', { exportId: input.exportId, done: total - (next ?? 0), total });
    await nextTurn();
  }
  let file: Awaited<ReturnType<typeof writeHidden>>;
  try {
    file = await writeHidden(input.path, pieces);
  } catch (error) {
    throw notWritten(error);
  }
  const sha256 = digest.digest('hex');
  try {
    const { fromDay = null, toDay = null, operatorId = null, kind = null, subject = null } = input;
    record('audit.export', { rows, sha256, fromDay, toDay, operatorId, kind, subject });
  } catch (error) {
    await file.discard();
    throw error;
  }
  try {
    await file.show();
  } catch (error) {
    await file.discard();
    record('audit.exportNotWritten', { sha256 });
    throw notWritten(error);
  }
  return { path: input.path, rows, sha256 };
}

function cells(row: AuditRow, zone: string): string[] {
  const { day, clock } = localTime(row.atMs, zone);
  const who = row.operatorName ?? row.operatorId ?? '';
  const detail = JSON.stringify(row.detail);
  return [
    String(row.seq),
    day,
    clock,
    who,
    row.action,
    row.subject,
    detail,
    row.installationId ?? '',
    row.prevHash,
    row.hash,
  ];
}
