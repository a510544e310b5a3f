import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { type AppCallParts, createAppHandlers } from '../../electron/app/appCalls.ts';
import { answerCall, type CallParts } from '../../electron/app/calls.ts';
import { createChosenPaths } from '../../electron/app/chosenPaths.ts';
import { safeFileName } from '../../electron/app/fileName.ts';
import type { FromGuns } from '../../electron/app/gunMessages.ts';
import { createGunsHost } from '../../electron/app/gunsHost.ts';
import { openSettings } from '../../electron/app/settings.ts';
import { makeSupportBundle } from '../../electron/app/supportBundle.ts';
import { openRegister } from '../../electron/db/open.ts';
import { type CoreMethod, contract, type Method, type Output } from '../../shared/contract.ts';
import { errorCodes, ok, type Reply } from '../../shared/errors.ts';
import { documentOf, gtin, kit, openDesk, pin } from '../core/openDesk.ts';
import { formulaIn } from './csvCells.ts';
import { type FuzzRun, flatMemory, inputLimitMs } from './measure.ts';
import { inputsOf, mutated, type Pool } from './schemaInputs.ts';
import { treeOf } from './tree.ts';

/** Calls that stretch a secret, copy a register or wait for the system: now and then, not at every turn. */
const slow = /^(register|keys?|backups?|retention)\.|^staff\.(signIn|enrol|renew|setPin|approve|unlock)/;

/** A call, or time that passes. */
type Made = { readonly method: Method; readonly input: unknown } | { readonly passMs: number };

export type Tally = {
  readonly calls: number;
  /** Calls that were answered with a value, by method. */
  readonly answered: ReadonlyMap<string, number>;
  readonly codes: ReadonlyMap<string, number>;
  readonly grownBytes: number;
  readonly slowest: { readonly method: string; readonly ms: number };
};

/**
 * Calls every method of the contract, through the same door as the window, on a real register with people and kits in
 * it: inputs made from the schemas, some with something wrong with them. Throws at the first answer that breaks a rule:
 * a bug (INTERNAL), an unknown code, an output that does not fit the contract, a call without end, a file elsewhere.
 */
export async function fuzzCalls({ seed, runs }: FuzzRun): Promise<Tally> {
  const parent = mkdtempSync(path.join(os.tmpdir(), 'yiceda-fuzz-'));
  const chosen = path.join(parent, 'chosen');
  const outside = path.join(parent, 'outside');
  mkdirSync(chosen);
  mkdirSync(outside);
  const roster = path.join(chosen, 'roster.csv');
  const manifest = path.join(chosen, 'manifest.csv');
  writeFileSync(roster, `姓名,身份证号,电话,楼栋,房号\n甲,${documentOf(7)},,1,1\n=1+1,${documentOf(8)},x,1,1\n`);
  writeFileSync(manifest, `GTIN,批号,有效期,序列号\n${gtin},LOT9,2024-09-30,SN009001\n${gtin},=LOT,x,@1\n`);
  writeFileSync(path.join(outside, 'secret.csv'), '姓名,身份证号\n');

  const station = await openDesk({
    data: 'sample',
    bare: true,
    core: {
      testClock: true,
      // Nothing of a test leaves this process.
      fetch: async () => {
        throw new TypeError('no network here');
      },
    },
  });
  const founder = (await station.call('station.get', {} as never)).operator?.id ?? '';
  const register = openRegister({ file: station.registerFile, dataKeyHex: station.dataKeyHex() });
  const stored = register.prepare('SELECT pin_salt, pin_hash, pin_cost FROM operators WHERE id = ?').get(founder);
  const restore = register.prepare(
    `UPDATE operators SET pin_salt = @pin_salt, pin_hash = @pin_hash, pin_cost = @pin_cost, failed_pins = 0,
       ended_at_ms = NULL WHERE id = @founder`,
  );
  const asTheyWere = () => restore.run({ ...(stored as object), founder });
  const known = new Map<string, string[]>();
  const pool: Pool = (field) => known.get(field) ?? (/(Id|Ids)$/.test(field) ? (known.get('anyId') ?? []) : []);
  const learn = (field: string, value: string): void => {
    const list = known.get(field) ?? [];
    if (list.includes(value)) return;
    list.push(value);
    // The oldest go, so that what is known stays small and young.
    if (list.length > 60) list.shift();
    known.set(field, list);
  };
  const harvest = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      if (typeof inner === 'string' && inner !== '' && inner.length <= 64) {
        if (/Ids?$/.test(name)) learn(name, inner);
        if (name === 'id' || name.endsWith('Id')) learn('anyId', inner);
        if (['lot', 'kitKey', 'code', 'badge', 'sha256'].includes(name)) learn(name, inner);
        if (name === 'badge' || name === 'code') learn('text', inner);
      } else harvest(inner);
    }
  };
  for (const text of [
    documentOf(1),
    documentOf(2),
    kit(1),
    kit(2),
    kit(3),
    'YC509T3B9401BG3022J',
    'YCZD6Z3VM2SMX9PK5FA',
  ])
    learn('text', text);
  for (const place of [
    roster,
    manifest,
    path.join(chosen, 'faults.csv'),
    path.join(chosen, 'export.csv'),
    path.join(outside, 'secret.csv'),
  ])
    learn('path', place);
  for (const place of ['../outside/made.csv', path.join(chosen, '..', 'outside', 'made.csv'), '/dev/zero', '.'])
    learn('path', place);
  learn('importId', 'one');
  for (const field of ['operatorId', 'operatorIds']) learn(field, founder);
  learn('lot', 'LOT1');
  learn('gtins', gtin);
  for (const code of [kit(1), kit(2), 'AB000001', 'AB000002', 'AB000003']) learn('codes', code);
  learn('zone', 'Asia/Shanghai');
  learn('documentNumber', documentOf(3));

  const paths = createChosenPaths();
  paths.chosenToRead(roster);
  paths.chosenToRead(manifest);
  paths.chosenToWrite(path.join(chosen, 'faults.csv'));
  paths.chosenToWrite(path.join(chosen, 'export.csv'));
  const logged: string[] = [];
  const parts = callParts(station, { chosen, roster, paths, logged });

  const calls = callsWith(pool);
  const memory = flatMemory(runs);
  const answered = new Map<string, number>();
  const codes = new Map<string, number>();
  let slowest = { method: '', ms: 0 };
  const callOnce = async (method: Method, input: unknown): Promise<void> => {
    const startedMs = performance.now();
    const reply = await answerCall(parts, method, input);
    const tookMs = performance.now() - startedMs;
    if (tookMs > slowest.ms) slowest = { method, ms: Math.round(tookMs) };
    if (tookMs > inputLimitMs) throw new Error(`${method} took ${Math.round(tookMs)} ms`);
    if (reply.ok) {
      answered.set(method, (answered.get(method) ?? 0) + 1);
      const fits = contract[method].output.safeParse(reply.value);
      if (!fits.success) throw new Error(`${method}: ${JSON.stringify(fits.error.issues.slice(0, 3))}`);
      harvest(reply.value);
      learn('requestId', (input as { requestId?: string }).requestId ?? '');
    } else {
      const { code, params } = reply.error;
      codes.set(code, (codes.get(code) ?? 0) + 1);
      if (!errorCodes.includes(code)) throw new Error(`${method}: no such code: ${code}`);
      if (code === 'INTERNAL') {
        throw new Error(
          `${method}: INTERNAL ${JSON.stringify(params)}\n${[...station.logged, ...logged].slice(-3).join('\n')}`,
        );
      }
      if (code === 'NOT_SIGNED_IN') await signIn(station, founder, asTheyWere);
    }
  };
  const before = treeOf(outside);
  const workingFolder = readdirSync('.').sort();
  try {
    await fc.assert(
      fc.asyncProperty(calls, async (made) => {
        for (const one of made) {
          if ('passMs' in one) station.clock.pass(one.passMs);
          else await callOnce(one.method, one.input);
        }
        // What the last one learned to hold is let go, as it is in the program.
        station.emitted.length = 0;
        station.logged.length = 0;
        logged.length = 0;
        memory.step();
      }),
      { seed, numRuns: runs, endOnFailure: true },
    );
    const file = station.registerFile;
    const dataKeyHex = station.dataKeyHex();
    await station.core().close();
    const register = openRegister({ file, dataKeyHex });
    const sound = register.pragma('integrity_check', { simple: true });
    const foreign = register.pragma('foreign_key_check') as unknown[];
    register.close();
    if (sound !== 'ok' || foreign.length > 0)
      throw new Error(`the register: ${String(sound)}, ${foreign.length} strays`);
    if (JSON.stringify(treeOf(outside)) !== JSON.stringify(before)) throw new Error('a file changed outside');
    const strays = readdirSync('.').filter((name) => !workingFolder.includes(name));
    if (strays.length > 0) throw new Error(`files in the working folder: ${strays.join(', ')}`);
    for (const name of readdirSync(chosen).filter(
      (each) => each.endsWith('.csv') && each !== 'roster.csv' && each !== 'manifest.csv',
    )) {
      const cell = formulaIn(readFileSync(path.join(chosen, name), 'utf8'));
      if (cell !== null) throw new Error(`a formula in ${name}: ${JSON.stringify(cell)}`);
    }
    return { calls: runs, answered, codes, grownBytes: memory.grown(), slowest };
  } finally {
    register.close();
    await station.close();
    rmSync(parent, { recursive: true, force: true });
  }
}

/** Methods in turn by chance, slow ones seldom; one input in three has something wrong with it; now and then a usual day. */
function callsWith(pool: Pool): fc.Arbitrary<readonly Made[]> {
  const methods = Object.keys(contract) as Method[];
  const alone = methods.map((method) => {
    const inputs = inputsOf(contract[method].input, pool);
    return {
      weight: slow.test(method) ? 1 : method === 'desk.scan' ? 120 : 30,
      arbitrary: fc
        .oneof({ weight: 2, arbitrary: inputs }, { weight: 1, arbitrary: mutated(inputs) })
        .map((input): readonly Made[] => [{ method, input }]),
    };
  });
  return fc.oneof(...alone, { weight: 60, arbitrary: usualWork(pool) });
}

/** What is done all day, so that hostile calls meet tests, results, stickers and imports in every state. */
function usualWork(pool: Pool): fc.Arbitrary<readonly Made[]> {
  const input = (method: Method, fixed: Readonly<Record<string, unknown>>): fc.Arbitrary<Made> =>
    inputsOf(contract[method].input, pool).map((made) => ({ method, input: { ...(made as object), ...fixed } }));
  const scan = (text: string) => input('desk.scan', { text, source: 'gun', repeated: undefined });
  const latest = (field: string, method: Method, fixed: Readonly<Record<string, unknown>> = {}): fc.Arbitrary<Made> =>
    input(method, fixed).map((made) =>
      'input' in made ? { ...made, input: { ...(made.input as object), [field]: pool(field).at(-1) ?? 'none' } } : made,
    );
  const passed = (minutes: number): fc.Arbitrary<Made> => fc.constant({ passMs: minutes * 60_000 });
  const reason = { code: 'other', text: 'fuzz' };
  const person = (n: number) => ({
    name: `测试${n}`,
    sex: null,
    birthDate: null,
    documentKind: 'residentId',
    documentNumber: documentOf(n),
    phone: null,
    address: { building: '', unit: '', room: '' },
    guardianName: null,
  });
  const whole = fc.nat({ max: 990 }).chain((n) =>
    fc.tuple(
      input('desk.registerPerson', { person: person(n) }),
      scan(kit(n)),
      passed(16),
      latest('testId', 'desk.showTest'),
      latest('testId', 'results.record'),
      scan(kit(n)),
      fc
        .constantFrom<Method>('results.revise', 'tests.void', 'tests.get', 'desk.retest')
        .chain((method) => latest('testId', method, { reason })),
    ),
  );
  const taught = fc
    .nat({ max: 9000 })
    .chain((n) =>
      fc.tuple(input('patterns.teach', { codes: [`AB${100000 + n}`, `AB${100001 + n}`, `AB${100002 + n}`] })),
    );
  const stuck = fc.tuple(
    input('stickers.issue', { lot: 'LOT1', expiresOn: null, count: 5 }),
    latest('batchId', 'stickers.get'),
    latest('batchId', 'print.stickers'),
  );
  const file = fc.constantFrom('roster', 'manifest').chain((kind) =>
    fc.tuple(
      input('imports.preview', {
        importId: 'one',
        kind,
        path: pool('path').find((each) => each.includes(kind)) ?? '',
      }),
      input('imports.map', { importId: 'one' }),
      input('imports.saveFaults', {
        importId: 'one',
        path: pool('path').find((each) => each.includes('faults')) ?? '',
      }),
      input('imports.commit', { importId: 'one' }),
      input('imports.list', { kind }),
      latest('importId', 'imports.undo'),
    ),
  );
  const exported = fc.constantFrom<Method>('exports.people', 'exports.tests').chain((method) =>
    fc.tuple(
      input(method, {
        path: pool('path').find((each) => each.endsWith('export.csv')) ?? '',
        query: '',
        day: undefined,
        status: undefined,
      }),
    ),
  );
  return fc.oneof({ weight: 6, arbitrary: whole }, taught, stuck, file, exported);
}

/** Whoever set the register up comes back to the desk, even if somebody has let them go or given them another PIN. */
async function signIn(
  station: Awaited<ReturnType<typeof openDesk>>,
  operatorId: string,
  asTheyWere: () => void,
): Promise<void> {
  const reply = () => station.reply('staff.signIn', { operatorId, pin } as never);
  if ((await reply()).ok) return;
  asTheyWere();
  const again = await reply();
  if (!again.ok) throw new Error(`nobody can sign in: ${JSON.stringify(again.error)}`);
}

type Surroundings = {
  readonly chosen: string;
  readonly roster: string;
  readonly paths: CallParts['paths'];
  readonly logged: string[];
};

/** The window's own process as `main.ts` puts it together, with Node in place of Electron's window, dialogs and printer. */
function callParts(
  station: Awaited<ReturnType<typeof openDesk>>,
  { chosen, roster, paths, logged }: Surroundings,
): CallParts {
  const log = (event: string, fields: object = {}): void => {
    logged.push(JSON.stringify({ event, ...fields }));
  };
  const core = async (method: CoreMethod, input: unknown) => station.core().dispatch(method, input);
  const ask = async <M extends CoreMethod>(method: M, input: unknown) =>
    (await core(method, input)) as Reply<Output<M>>;
  const settings = openSettings({ store: {} }, log);
  const paper = (html: string): void => {
    const tag = /<(script|img|iframe|object|embed|link|base|form|meta http)|<[^>]*\son\w+=/i.exec(html);
    if (tag !== null) throw new Error(`a sheet holds ${tag[0]}`);
  };
  const appParts: AppCallParts = {
    info: { version: '0', platform: process.platform, packaged: false, embeddedCentral: false },
    settings,
    paths,
    dialogs: {
      open: async () => roster,
      folder: async () => chosen,
      save: async (name) => path.join(chosen, safeFileName(name)),
    },
    supportBundle: async () => {
      const facts = await ask('support.facts', {});
      return facts.ok ? ok(await makeSupportBundle({ facts: facts.value, versions: {}, logFolder: chosen })) : facts;
    },
    print: {
      paper: {
        pdf: async (html) => {
          paper(html);
          return new TextEncoder().encode(html.slice(0, 1000));
        },
        print: async (html) => {
          paper(html);
          return null;
        },
        printers: async () => [],
      },
      core: {
        station: () => ask('station.get', {}),
        destruction: (destructionId) => ask('retention.find', { destructionId }),
        rounds: () => ask('rounds.list', {}),
        notTested: (input) => ask('rounds.notTested', input),
        organisations: () => ask('organisations.list', {}),
        figures: (input) => ask('organisations.figures', input),
        recall: (recallId) => ask('recalls.get', { recallId }),
        trace: (kitKey) => ask('kits.trace', { asked: { by: 'kit', kitKey } }),
        tests: (input) => ask('tests.list', input),
        summary: (day) => ask('summary.get', { day }),
        signAudit: () => ask('audit.sign', { requestId: randomUUID(), why: 'print' }),
        countCopy: (input) => ask('summary.countCopy', input),
        badges: (input) => ask('staff.badges', input),
        personCards: (input) => ask('people.cards', input),
        slip: (input) => ask('slips.make', input),
        test: (testId) => ask('tests.get', { testId }),
        stickers: (batchId) => ask('stickers.get', { batchId }),
      },
      chooseFile: async (name) => path.join(chosen, safeFileName(name)),
      nowAtMs: () => station.clock.wallMs(),
      log,
    },
    note: (act) => ask('audit.note', { requestId: randomUUID(), ...act }),
    startCore: () => undefined,
    preferencesChanged: () => undefined,
    guns: createGunsHost({
      fork: () => {
        let hear: (message: FromGuns) => void = () => undefined;
        return {
          post: (message) => {
            if (message.kind === 'find') hear({ kind: 'found', id: message.id, devices: { serial: [], hid: [] } });
          },
          onMessage: (listener) => {
            hear = listener;
          },
          onExit: () => undefined,
          kill: () => undefined,
        };
      },
      guns: settings.guns,
      emit: () => undefined,
      log,
      now: () => performance.now(),
      idleMs: 0,
    }),
    operator: async () => {
      const view = await ask('station.get', {});
      return view.ok ? ok(view.value.operator) : view;
    },
  };
  return { appHandlers: createAppHandlers(appParts), core, paths, log, newId: () => 'fuzz' };
}
