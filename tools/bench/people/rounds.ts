import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Core } from '../../../electron/core/createCore.ts';
import { openRegister } from '../../../electron/db/open.ts';
import { prepareTables } from '../../../electron/db/tables.ts';
import { openNodeCore } from '../../hosts/core.ts';
import { median, percentile, rounded, table } from '../figures.ts';

/** A round of so many people, 400 a building, three in five of them tested. */
const people = 100_000;
const perBuilding = 400;
const piece = 2_000;
const turns = 30;

/**
 * Coverage and the not-tested list of a large round: the first look, which reads everybody in pieces, with how long a
 * scan waits meanwhile; the looks after it; and the look after one more person was tested.
 */
export async function benchRounds(): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'yiceda-bench-rounds-'));
  const registerFile = join(folder, 'register.db');
  let dataKeyHex = '';
  const core = await openNodeCore({
    registerFile,
    rememberKey: (key) => {
      dataKeyHex = key;
    },
  });
  try {
    const { recoveryKey } = (await call(core, 'register.prepareKey', {})) as { recoveryKey: string };
    await call(core, 'register.create', {
      requestId: randomUUID(),
      siteName: 'bench',
      stationName: '1',
      zone: 'Asia/Shanghai',
      protection: 'passphrase',
      passphrase: 'only for this bench',
      recoveryKeyRepeated: recoveryKey,
      operatorName: 'bench',
      pin: '4719',
      data: 'empty',
    });
    fill(registerFile, dataKeyHex);
    const { currentId: roundId } = (await call(core, 'rounds.list', {})) as { currentId: string };
    const coverage = () => timed(() => call(core, 'rounds.coverage', { roundId }));
    const page = (offset: number) => timed(() => call(core, 'rounds.notTested', { roundId, offset, limit: 100 }));

    let longest = 0;
    let isOver = false;
    const scans = (async () => {
      while (!isOver) {
        const due = performance.now() + 5;
        await new Promise((resolve) => setTimeout(resolve, 5));
        await call(core, 'desk.clear', { requestId: randomUUID() });
        longest = Math.max(longest, performance.now() - due);
      }
    })();
    const first = await coverage();
    isOver = true;
    await scans;
    const again: number[] = [];
    const pages: number[] = [];
    for (let n = 0; n < turns; n++) {
      again.push(await coverage());
      pages.push(await page((n * 1_300) % 39_000));
    }
    const whole = await timed(async () => {
      for (let offset = 0; offset < people; offset += 500) {
        const { rows } = (await call(core, 'rounds.notTested', { roundId, offset, limit: 500 })) as { rows: unknown[] };
        if (rows.length < 500) break;
      }
    });
    const afterOne: number[] = [];
    for (let n = 0; n < turns; n++) {
      await call(core, 'rounds.noteAbsence', {
        requestId: randomUUID(),
        roundId,
        personId: `bench-${String(people - 1 - n).padStart(8, '0')}`,
        reason: 'away',
      });
      afterOne.push(await coverage());
    }
    // Figures of organisations: everybody in a community, a third in an enterprise besides.
    const figures = () => timed(() => call(core, 'organisations.figures', { roundId }));
    const figuresFirst = await figures();
    const figuresAfterOne: number[] = [];
    for (let n = 0; n < turns; n++) {
      await call(core, 'rounds.noteAbsence', {
        requestId: randomUUID(),
        roundId,
        personId: `bench-${String(n).padStart(8, '0')}`,
        reason: 'away',
      });
      figuresAfterOne.push(await figures());
    }
    // A round that is for them: what each screen is told of it after each scan.
    const targetFirst = await timed(() =>
      call(core, 'rounds.change', {
        requestId: randomUUID(),
        roundId,
        name: 'bench',
        day: '2022-04-10',
        target: { kind: 'organisations', organisationIds: ['community', 'enterprise'] },
      }),
    );
    const targetAfterOne: number[] = [];
    for (let n = 0; n < turns; n++) {
      const personIds = [`bench-${String(n).padStart(8, '0')}`];
      await call(core, 'organisations.release', { requestId: randomUUID(), organisationId: 'community', personIds });
      targetAfterOne.push(await timed(() => call(core, 'desk.get', {})));
    }
    const ms = (values: readonly number[]) => [rounded(median(values)), rounded(percentile(values, 0.95))] as const;
    table(`A round of ${people.toLocaleString('en')} people, three in five tested`, [
      ['what', 'p50 ms', 'p95 ms'],
      ['first look (reads everybody)', String(rounded(first)), ''],
      ['longest wait at the desk meanwhile', String(rounded(longest)), ''],
      ['coverage', ...ms(again).map(String)],
      ['coverage after one more was noted', ...ms(afterOne).map(String)],
      ['a page of the not-tested list', ...ms(pages).map(String)],
      ['the whole not-tested list', String(rounded(whole)), ''],
      ['figures of organisations, first', String(rounded(figuresFirst)), ''],
      ['figures of organisations after one more', ...ms(figuresAfterOne).map(String)],
      ['a round is made for organisations', String(rounded(targetFirst)), ''],
      ['the desk after one left an organisation', ...ms(targetAfterOne).map(String)],
    ]);
    return {
      coverageFirstMs: rounded(first),
      coverageDeskWaitMs: rounded(longest),
      coverageP50Ms: ms(again)[0],
      coverageP95Ms: ms(again)[1],
      coverageAfterOneP95Ms: ms(afterOne)[1],
      notTestedPageP95Ms: ms(pages)[1],
      notTestedWholeMs: rounded(whole),
      figuresFirstMs: rounded(figuresFirst),
      figuresAfterOneP95Ms: ms(figuresAfterOne)[1],
      organisationRoundFirstMs: rounded(targetFirst),
      organisationRoundP95Ms: ms(targetAfterOne)[1],
    };
  } finally {
    await core.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** People and their tests as rows: binding sixty thousand kits one by one would measure something else. */
function fill(file: string, dataKeyHex: string): void {
  const db = openRegister({ file, dataKeyHex });
  const tables = prepareTables(db);
  const { id: roundId } = db.prepare('SELECT id FROM rounds').get() as { id: string };
  const product = db.prepare('SELECT id FROM products LIMIT 1').pluck().get() as string;
  const operator = db.prepare('SELECT id FROM operators').pluck().get() as string;
  const organisation = (id: string, kind: 'community' | 'enterprise') =>
    tables.organisations.save({ id, kind, name: id, creditCode: null }, 0);
  organisation('community', 'community');
  organisation('enterprise', 'enterprise');
  for (let at = 0; at < people; at += piece) {
    db.transaction(() => {
      for (let n = at; n < at + piece; n++) {
        const id = `bench-${String(n).padStart(8, '0')}`;
        const address = {
          building: String(1 + Math.floor(n / perBuilding)),
          unit: '',
          room: `${1 + (Math.floor(n / 16) % 25)}0${1 + (n % 4)}`,
        };
        const who = {
          id,
          name: `人${n}`,
          sex: null,
          birthDate: '1980-01-01',
          documentKind: null,
          documentNumber: null,
        };
        const person = { ...who, phone: null, address, guardianName: null };
        tables.people.insert({ ...person, code: `bench-code-${n}`, source: 'roster', importId: null, atMs: 0 });
        for (const organisationId of n % 3 === 0 ? ['community', 'enterprise'] : ['community'])
          tables.organisations.enlist({ organisationId, personId: id, atMs: 0, operatorId: operator });
        if (n % 5 >= 3) continue;
        tables.tests.insert(
          {
            id: `test-${n}`,
            roundId,
            day: '2022-04-10',
            boundAtMs: n,
            operatorId: operator,
            clockOffsetMs: null,
            personId: id,
            personName: who.name,
            personSex: null,
            personBirthDate: who.birthDate,
            personDocumentKind: null,
            personDocumentNumber: null,
            personPhone: null,
            personBuilding: address.building,
            personUnit: '',
            personRoom: address.room,
            personGuardianName: null,
            personSource: 'chosen',
            kitKey: `bench:${n}`,
            kitRaw: String(n),
            kitCodeKind: 'serial',
            kitGtin: null,
            kitSerial: String(n),
            kitLot: null,
            kitExpiresOn: null,
            kitSource: 'gun',
            kitWarnings: '[]',
            productId: product,
            opensAfterMs: 1,
            closesAfterMs: 2,
            windowFrom: 'binding',
            retestOf: null,
            secondReasonCode: null,
            secondReasonText: null,
          },
          null,
          null,
        );
      }
    })();
  }
  db.close();
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}

async function call(core: Core, method: string, input: object): Promise<unknown> {
  const reply = await core.dispatch(method, input);
  if (!reply.ok) throw new Error(`${method}: ${JSON.stringify(reply.error)}`);
  return reply.value;
}
