import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { residentIdCheck } from '../../shared/codes/residentId.ts';
import type { CoreMethod, EventName, Input, Output } from '../../shared/contract.ts';
import type { Reply } from '../../shared/errors.ts';
import type { DeskView } from '../../shared/model/desk.ts';
import type { ScanGun } from '../../shared/model/gun.ts';
import { type NodeCoreOptions, openNodeCore } from '../../tools/hosts/core.ts';
import { handClock } from './handClock.ts';

export const passphrase = 'correct horse battery';
export const pin = '2580';
/** 10 April 2022, 10:00 in Shanghai. */
const morning = Date.UTC(2022, 3, 10, 2, 0, 0);
export const gtin = '06901234567892';

type Options = {
  readonly data?: 'sample' | 'empty';
  readonly startMs?: number;
  readonly core?: Partial<NodeCoreOptions>;
  /** Without a product with a reading window and a listed lot. */
  readonly bare?: boolean;
  /** The desk locks itself when nobody touches it, as it does for everybody else. */
  readonly autoLock?: boolean;
  /** Where its folder is made; the system's temporary folder otherwise. */
  readonly within?: string;
};

type CallInput<M extends CoreMethod> = Omit<Input<M>, 'requestId'> & { readonly requestId?: string };

type Call = <M extends CoreMethod>(method: M, input: CallInput<M>) => Promise<Output<M>>;
type Made = {
  readonly files: ReadonlyMap<string, Buffer>;
  readonly dataKeyHex: string;
  readonly recoveryKey: string;
};

/** Registers made so far by this process, by how they were asked for. */
const registers = new Map<string, Promise<Made>>();

/**
 * A register as it is after it was set up and closed. Setting one up takes a third of a second, nearly all of it for
 * stretching the passphrase and the PIN, so each test gets a copy of one that was really made.
 */
function madeBefore(options: Options): Promise<Made> {
  const key = JSON.stringify(options, Object.keys(options).sort());
  const known = registers.get(key) ?? make(options);
  registers.set(key, known);
  return known;
}

async function make(options: Options): Promise<Made> {
  const desk = await openDesk({ ...options, core: {} });
  await desk.core().close();
  const ends = ['', '.keys.json', '.installation.json'];
  const files = new Map(ends.map((end) => [end, readFileSync(desk.registerFile + end)]));
  const made = { files, dataKeyHex: desk.dataKeyHex(), recoveryKey: desk.recoveryKey };
  await desk.close();
  return made;
}

/** Sets the register up as somebody does who starts the program for the first time. Answers its recovery key. */
async function createHere(call: Call, options: Options): Promise<string> {
  const { recoveryKey } = await call('register.prepareKey', {} as never);
  await call('register.create', {
    siteName: '长宁·新泾三村检测点',
    stationName: '1',
    zone: 'Asia/Shanghai',
    protection: 'passphrase',
    passphrase,
    recoveryKeyRepeated: recoveryKey,
    operatorName: '李娟',
    pin,
    data: options.data ?? 'empty',
  } as never);
  return recoveryKey;
}

async function furnish(
  desk: { readonly call: Call; readonly addProduct: () => Promise<unknown> },
  options: Options,
): Promise<void> {
  if (options.autoLock !== true) {
    // Tests let days pass between two calls; nobody was away.
    const settings = await desk.call('settings.get', {} as never);
    await desk.call('settings.set', { settings: { ...settings, autoLockMin: null } } as never);
  }
  if (options.bare !== true) await desk.addProduct();
}

/** A real register in a folder of its own, with somebody signed in and a product that can be bound. */
export async function openDesk(options: Options = {}) {
  const folder = mkdtempSync(join(options.within ?? tmpdir(), 'yiceda-core-'));
  const registerFile = join(folder, 'register.db');
  const clock = handClock(options.startMs ?? morning);
  const emitted: { event: EventName; payload: unknown }[] = [];
  const logged: string[] = [];
  const heard: { by: ((event: EventName, payload: unknown) => void) | null } = { by: null };
  let dataKeyHex = '';
  const coreOptions = (more: Partial<NodeCoreOptions> = {}): NodeCoreOptions => ({
    registerFile,
    time: clock,
    onEvent: (event, payload) => {
      emitted.push({ event, payload });
      heard.by?.(event, payload);
    },
    log: (event, fields) => logged.push(JSON.stringify({ event, ...fields })),
    rememberKey: (key) => {
      dataKeyHex = key;
    },
    ...options.core,
    ...more,
  });
  const made = options.core === undefined && options.within === undefined ? await madeBefore(options) : null;
  if (made !== null) {
    for (const [end, bytes] of made.files) writeFileSync(registerFile + end, bytes);
    dataKeyHex = made.dataKeyHex;
  }
  let core = await openNodeCore(coreOptions(made === null ? {} : { dataKeyHex, resumeSession: true }));

  let tapped: (method: CoreMethod, reply: Reply<unknown>) => void = () => {};
  const reply = async <M extends CoreMethod>(method: M, input: CallInput<M>): Promise<Reply<Output<M>>> => {
    const answer = await core.dispatch(method, needsRequestId(method) ? { requestId: randomUUID(), ...input } : input);
    tapped(method, answer);
    return answer as Reply<Output<M>>;
  };
  const call = async <M extends CoreMethod>(method: M, input: CallInput<M>): Promise<Output<M>> => {
    const answer = await reply(method, input);
    if (!answer.ok) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
    return answer.value;
  };

  const recoveryKey = made?.recoveryKey ?? (await createHere(call, options));
  const desk = {
    /** Hears what core says, at the moment it says it. */
    onEvent: (by: (event: EventName, payload: unknown) => void) => {
      heard.by = by;
    },
    folder,
    registerFile,
    clock,
    emitted,
    logged,
    recoveryKey,
    reply,
    call,
    /** Hears every reply from now on. */
    tap: (hear: typeof tapped) => {
      tapped = hear;
    },
    dataKeyHex: () => dataKeyHex,
    core: () => core,
    scan: (
      text: string,
      more: { source?: 'gun' | 'camera' | 'typed'; repeated?: string; requestId?: string; gun?: ScanGun } = {},
    ): Promise<DeskView> => call('desk.scan', { text, source: 'gun', ...more } as never),
    /** Lets the double-read pause pass before it scans. */
    scanLater: (text: string): Promise<DeskView> => {
      clock.pass(2_000);
      return call('desk.scan', { text, source: 'gun' } as never);
    },
    addProduct: (more: Partial<Input<'products.save'>> = {}) =>
      call('products.save', {
        productId: null,
        registrant: '测试试剂厂',
        shortName: '测试试剂',
        method: '胶体金法',
        registrationNumber: null,
        gtins: [gtin],
        window: { opensAfterMin: 15, closesAfterMin: 20 },
        ...more,
      } as never),
    addPerson: async (n: number, more: Partial<Input<'desk.registerPerson'>['person']> = {}): Promise<DeskView> =>
      call('desk.registerPerson', {
        person: {
          name: `测试${n}`,
          sex: 'male',
          birthDate: '1966-02-01',
          documentKind: 'residentId',
          documentNumber: documentOf(n),
          phone: null,
          address: { building: '5', unit: '', room: String(n) },
          guardianName: null,
          ...more,
        },
      } as never),
    /** The form on the stage, filled in by hand where its code says nothing. */
    addScanned: async (
      formId: string,
      more: Partial<Input<'desk.registerPerson'>['person']> & { readonly name: string },
    ): Promise<DeskView> =>
      call('desk.registerPerson', {
        formId,
        person: {
          sex: 'male',
          birthDate: null,
          documentKind: null,
          documentNumber: null,
          phone: null,
          address: { building: '5', unit: '', room: '1' },
          guardianName: null,
          ...more,
        },
      } as never),
    reveal: (personId: string): Promise<Output<'people.reveal'>> =>
      call('people.reveal', { personId, reason: { code: 'checkDocument' } } as never),
    /** Binds person n to kit n; answers the test's id. */
    bind: async (n: number): Promise<string> => {
      await desk.addPerson(n);
      const view = await desk.scan(kit(n));
      if (view.stage.kind !== 'bound') throw new Error(`not bound: ${JSON.stringify(view.stage)}`);
      return view.stage.test.testId;
    },
    reopen: async (more: Partial<NodeCoreOptions> = {}) => {
      await core.close();
      core = await openNodeCore(coreOptions(more));
      return desk;
    },
    close: async () => {
      await core.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  if (made === null) await furnish(desk, options);
  return desk;
}

export type TestDesk = Awaited<ReturnType<typeof openDesk>>;

/** After an unlock: whoever set the register up sits at the desk again. */
export async function signIn(desk: TestDesk): Promise<void> {
  const { operators } = await desk.call('staff.list', {} as never);
  await desk.call('staff.signIn', { operatorId: operators[0]?.id ?? '', pin } as never);
}

/** A fictional resident ID: its county code was never assigned, so it is nobody's. */
export function documentOf(n: number): string {
  const body = `31990019660201${String(n % 1000).padStart(3, '0')}`;
  return body + residentIdCheck(body);
}

export function kit(n: number, more: { lot?: string; expiry?: string; gtin?: string } = {}): string {
  return `]d201${more.gtin ?? gtin}17${more.expiry ?? '240930'}10${more.lot ?? 'LOT1'}\u001D21SN${String(n).padStart(6, '0')}`;
}

const looks: ReadonlySet<string> = new Set([
  'station.get',
  'register.prepareKey',
  'register.unlock',
  'register.keys',
  'register.cancelRekey',
  'backups.state',
  'backups.get',
  'backups.preview',
  'register.tryAgain',
  'register.openWithoutTail',
  'staff.list',
  'staff.listAll',
  'desk.touch',
  'desk.get',
  'tests.get',
  'tests.list',
  'people.list',
  'people.listDoubles',
  'people.compare',
  'desk.findAlike',
  'exports.people',
  'exports.tests',
  'exports.notTested',
  'exports.cancel',
  'products.list',
  'kits.list',
  'kits.trace',
  'people.trace',
  'lots.list',
  'stock.list',
  'stock.low',
  'boxes.read',
  'boxes.list',
  'transfers.list',
  'counts.get',
  'patterns.list',
  'repairs.preview',
  'repairs.list',
  'stickers.list',
  'stickers.get',
  'audit.list',
  'audit.export',
  'imports.preview',
  'imports.map',
  'imports.list',
  'imports.cancel',
  'imports.saveFaults',
  'retention.get',
  'retention.find',
  'followUps.list',
  'followUps.count',
  'followUps.get',
  'recalls.list',
  'recalls.get',
  'rounds.buildings',
  'rounds.coverage',
  'rounds.notTested',
  'organisations.list',
  'organisations.people',
  'organisations.figures',
  'exports.organisations',
  'exports.products',
  'lots.get',
  'rounds.list',
  'summary.get',
  'sync.get',
  'sync.sendNow',
  'sync.test',
  'handover.get',
  'handover.write',
  'handover.readReceipt',
  'support.facts',
  'settings.get',
  'settings.rules',
  'practice.codes',
  'clock.advance',
]);

function needsRequestId(method: CoreMethod): boolean {
  return !looks.has(method);
}
