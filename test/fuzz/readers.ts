import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { parseRecord } from '../../central/ingest/parse.ts';
import { assetPath } from '../../electron/app/assets.ts';
import { safeFileName } from '../../electron/app/fileName.ts';
import { inputLimits, inputProblem } from '../../electron/app/inputLimits.ts';
import { logLine } from '../../electron/app/log.ts';
import {
  devServerOf,
  isAllowedNavigation,
  isAllowedRequest,
  isGranted,
  isOurOrigin,
} from '../../electron/app/policy.ts';
import { openSettings } from '../../electron/app/settings.ts';
import { escapeHtml } from '../../electron/app/sheets/html.ts';
import { safeUrl } from '../../electron/core/sync/connection.ts';
import { readRetryAfter } from '../../electron/core/sync/uploader.ts';
import { listBackups, manifestPath, readManifest } from '../../electron/db/backupFile.ts';
import { createFramer, longestScan } from '../../electron/guns/framing.ts';
import { createHidReader } from '../../electron/guns/hidReport.ts';
import { recordSchema } from '../../shared/central.ts';
import { classify } from '../../shared/codes/classify.ts';
import { kitKey, kitParts } from '../../shared/codes/kitKey.ts';
import { maskDocument, maskName, maskPhone } from '../../shared/codes/mask.ts';
import { readRecoveryKey } from '../../shared/codes/ownCodes.ts';
import { preferencesSchema } from '../../shared/contract/app.ts';
import { csvLine } from '../../shared/csvLine.ts';
import { StationError } from '../../shared/errors.ts';
import { backupManifestSchema } from '../../shared/model/backup.ts';
import { redact } from '../../shared/redact.ts';
import { formulaIn } from './csvCells.ts';
import { codeParts, hostileText } from './hostileText.ts';
import { inputsOf, mutated } from './schemaInputs.ts';

/** Something of the program that reads what comes from outside, and what must hold whatever comes. */
export type Reader = {
  readonly name: string;
  /** Its share of a run's inputs. */
  readonly weight: number;
  readonly arbitrary: fc.Arbitrary<unknown>;
  /** Throws where a rule is broken. */
  readonly check: (input: unknown) => void;
};

function reader<T>(name: string, weight: number, arbitrary: fc.Arbitrary<T>, check: (input: T) => void): Reader {
  return { name, weight, arbitrary, check: (input) => check(input as T) };
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

const text = hostileText(0, 8192);
/** What a gun, a camera or a hand could give: pieces of real codes, any bytes as a decoder would show them. */
const scanned = fc.oneof(
  text,
  fc.array(fc.constantFrom(...codeParts), { maxLength: 12 }).map((parts) => parts.join('')),
  fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes).toString('utf8')),
);
const asJson = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? String(part) : part)) ?? '';
const manifest = {
  format: 'yiceda-backup',
  version: 1,
  why: 'plan',
  madeAtMs: 1_650_000_000_000,
  program: '1.0.0',
  schema: 90,
  registerId: '0190f4a6',
  installationId: '0190f4a7',
  auditSeq: 3,
  auditHash: '0'.repeat(64),
  newestTestAtMs: null,
  counts: { tests: 0 },
  bytes: 0,
  sha256: '0'.repeat(64),
};
const context = { today: '2022-04-10', patterns: [{ prefix: 'SN', length: 8 }] };
const address = fc.oneof(
  fc.webUrl(),
  fc
    .tuple(
      fc.constantFrom(
        'app://station',
        'app://sheet',
        'app:station',
        'APP://STATION',
        'file://',
        'https://station',
        'data:',
        'blob:app://station',
        'app://station@x',
        'app://station:1',
        'app://STATION.',
        'javascript:',
        'ws://127.0.0.1',
        'devtools://',
        '',
      ),
      hostileText(0, 300),
    )
    .map(([start, rest]) => `${start}/${rest}`),
  text,
);
const record = inputsOf(recordSchema, () => []);
const folder = path.resolve('/program/renderer');

export const readers: readonly Reader[] = [
  reader('a scanned code', 8, scanned, (raw) => {
    const code = classify(raw, context);
    must(code.raw === raw, 'the raw text was changed');
    if (code.ok) {
      kitKey(code);
      kitParts(code);
    } else must(code.error.at >= 0 && code.error.at <= raw.length, 'the place of the fault is not in the text');
  }),
  reader('a typed recovery key', 1, fc.oneof(text, fc.stringMatching(/^YR[0-9A-Z]{3}(-[0-9A-Z]{5}){6}$/)), (typed) => {
    const read = readRecoveryKey(typed);
    must(!read.ok || read.bytes.length === 20, 'a key of another length');
  }),
  reader(
    'bytes of a serial gun',
    3,
    fc.record({
      chunks: fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }),
      end: fc.constantFrom('line', 'tab', 'etx', 'pause'),
      waits: fc.nat({ max: 3_000 }),
    }),
    ({ chunks, end, waits }) => {
      const framer = createFramer({ end: end as 'line', pauseMs: 50 });
      let atMs = 0;
      for (const chunk of chunks) {
        for (const framed of [...framer.feed(chunk, atMs), ...framer.tick(atMs + waits)])
          must(
            framed.kind !== 'scan' || (framed.bytes.length > 0 && framed.bytes.length <= 2 * longestScan + 1),
            'a scan of no or too many bytes',
          );
        atMs += waits;
      }
      framer.drop();
    },
  ),
  reader(
    'reports of a HID gun',
    3,
    fc.array(fc.tuple(fc.uint8Array({ maxLength: 70 }), fc.nat({ max: 1_500 })), { maxLength: 12 }),
    (reports) => {
      const line = createHidReader();
      let atMs = 0;
      for (const [report, wait] of reports) {
        for (const reading of [...line.feed(report, atMs), ...line.tick(atMs + wait)])
          must(reading.kind !== 'scan' || reading.bytes.length <= 8_192, 'a scan of too many bytes');
        atMs += wait;
      }
    },
  ),
  reader('what the window sends', 4, mutated(fc.constant({ a: { b: ['x', 1, null] }, c: 'y' })), (input) => {
    const problem = inputProblem(input);
    if (problem === null && typeof input === 'string')
      must(input.length <= inputLimits.bytes, 'too large a text passed');
  }),
  reader('the address of a file of the page', 3, address, (asked) => {
    const file = assetPath(folder, asked);
    must(file === null || file.startsWith(folder + path.sep), `${file} is outside`);
    must(file === null || !/[\\:%\0]|\.\.|\/\./.test(file.slice(folder.length)), `${file} is no plain name`);
  }),
  reader('an address to go to or to load', 3, address, (asked) => {
    const loaded = isAllowedRequest(asked, { devServer: null, packaged: true });
    if (loaded)
      must(
        /^\s*(app|data|blob):/iu.test(asked.replace(/^[\0-\x20]+/, '').replaceAll(/[\t\n\r]/g, '')),
        'loads from elsewhere',
      );
    if (isAllowedNavigation(asked)) must(isOurOrigin(asked) && new URL(asked).host === 'station', 'goes elsewhere');
    const server = devServerOf(asked, false);
    must(server === null || ['127.0.0.1', '[::1]', 'localhost'].includes(server.hostname), 'a bundler elsewhere');
    must(devServerOf(asked, true) === null, 'a bundler in the packaged program');
    must(!isGranted({ permission: asked, origin: 'app://station/', isMainFrame: true, media: [] }), 'granted by name');
    must(
      isOurOrigin(asked) || !isGranted({ permission: 'media', origin: asked, isMainFrame: true, media: ['video'] }),
      'granted to a stranger',
    );
  }),
  reader('an address of the central service', 2, address, (typed) => {
    try {
      const url = new URL(safeUrl(typed));
      must(
        url.protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname),
        'plain HTTP beyond loopback',
      );
      must(url.username === '' && url.password === '', 'a password in the address');
    } catch (error) {
      if (!(error instanceof StationError)) throw error;
    }
  }),
  reader('a Retry-After header', 1, text, (header) => {
    const ms = readRetryAfter(header, 1_649_558_520_000);
    must(ms === null || (ms >= 0 && ms <= 3_600_000), `waits ${ms} ms`);
  }),
  reader('a record at the central service', 3, fc.oneof(record, mutated(record)), (value) => {
    const parsed = parseRecord(value, 3);
    // Made-up content never has the right hash.
    must(!parsed.ok, 'a record was taken that nobody hashed');
    if (!parsed.ok) {
      must(parsed.receipt.status === 'rejected' && parsed.receipt.key.length <= 64, 'a receipt that is none');
      must((parsed.receipt.message ?? '').length <= 300, 'a message without end');
      must(!/\0|\p{Surrogate}/u.test(parsed.receipt.key), 'a key that cannot be stored');
    }
  }),
  reader(
    'a settings file',
    1,
    fc.oneof(
      fc.anything({ maxDepth: 5 }),
      mutated(fc.constant({ preferences: { language: 'en', scale: 100 }, bounds: { x: 1 }, guns: [] })),
    ),
    (store) => {
      const settings = openSettings({ store }, () => undefined);
      must(preferencesSchema.safeParse(settings.preferences()).success, 'preferences that are none');
    },
  ),
  reader(
    'what stands beside a backup',
    1,
    fc.oneof(fc.constant(manifest), mutated(fc.constant(manifest)).map(asJson), text),
    (value) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'yiceda-manifest-'));
      try {
        const file = path.join(folder, 'x.db');
        writeFileSync(file, '');
        writeFileSync(manifestPath(file), typeof value === 'string' ? value : asJson(value));
        const read = readManifest(file);
        must(read === null || backupManifestSchema.safeParse(read).success, 'a manifest that is none was taken');
        for (const backup of listBackups(folder, read?.registerId ?? ''))
          must(backup.path === file && backup.bytes === 0, 'a backup elsewhere, or cut short, is counted on');
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  ),
  reader('a cell of an export', 3, fc.array(text, { minLength: 1, maxLength: 4 }), (cells) => {
    const line = csvLine(cells);
    const cell = formulaIn(line.slice(0, -2));
    must(cell === null, `a formula: ${JSON.stringify(cell)}`);
  }),
  reader('a text on paper', 2, text, (written) => {
    must(!/[<>"']|\p{Cc}|\p{Cs}|[\u202a-\u202e\u2066-\u2069]/u.test(escapeHtml(written)), 'markup or what reorders it');
  }),
  reader('a name for a file', 1, text, (asked) => {
    const name = safeFileName(asked);
    const isBad = /[\\/:*?"<>|\p{Cc}\p{Cs}\p{Cf}]|[\s.]$|^\.|^(con|nul|com1)(\.|$)/iu.test(name);
    must(name !== '' && name.length <= 122 && !isBad, `${JSON.stringify(name)} is no file name`);
  }),
  reader(
    'a line of the log',
    2,
    fc.record({ event: text, message: text, extra: fc.anything() }),
    ({ event, message, extra }) => {
      const line = logLine(0, 'app', event, { message, stack: message, extra: extra as string });
      must(!/[\n\r]/.test(line) && line.length < 30_000, 'more than a line');
      JSON.parse(line);
    },
  ),
  reader(
    'a number in a text for the log',
    2,
    fc.tuple(text, fc.constantFrom('319900196602010019', '13800138000', '１３８００１３８０００'), text),
    ([before, number, after]) => {
      const clean = redact(`${before.slice(0, 500)} ${number} ${after.slice(0, 500)}`);
      must(!clean.includes('319900196602010019') && !clean.includes('13800138000'), 'a number got through');
    },
  ),
  reader('a number to be masked', 1, text, (number) => {
    const length = Array.from(number).length;
    must(Array.from(maskDocument(number)).length === length, 'another length');
    const stars = Array.from(maskDocument(number)).filter((point) => point === '*').length;
    must(stars >= Math.min(length, 4), `only ${stars} stars`);
    maskPhone(number);
    must(Array.from(maskName(number)).length === length, 'another length of the name');
  }),
];
