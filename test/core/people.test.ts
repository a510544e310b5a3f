import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyRegister } from '../../electron/core/register/verify.ts';
import { openRegister } from '../../electron/db/open.ts';
import type { Input } from '../../shared/contract.ts';
import { documentOf, kit, openDesk, type TestDesk } from './openDesk.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

type Person = Input<'desk.registerPerson'>['person'];

/** Registers somebody; answers their id. */
async function add(n: number, more: Partial<Person> = {}, isAnother = false): Promise<string> {
  const { stage } = await desk.call('desk.registerPerson', {
    isAnother,
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
  } as never);
  if (stage.kind !== 'person' && stage.kind !== 'secondTest') throw new Error(stage.kind);
  return stage.person.personId;
}
let kits = 0;
/** Binds a new kit to somebody who is known; answers the test's id. */
async function bind(personId: string): Promise<string> {
  await desk.call('desk.clear', {} as never);
  const { stage: asked } = await desk.call('desk.choosePerson', { personId } as never);
  if (asked.kind === 'secondTest')
    await desk.call('desk.giveReason', { reason: { code: 'other', text: '再测' } } as never);
  kits += 1;
  const { stage } = await desk.scan(kit(kits));
  if (stage.kind !== 'bound') throw new Error(JSON.stringify(stage));
  return stage.test.testId;
}
const page = (personId: string) => desk.call('people.get', { personId } as never);
const testsOf = async (personId: string) => (await page(personId)).tests.map(({ testId }) => testId).sort();
const names = async (query: string) =>
  (await desk.call('people.list', { query } as never)).rows.map(({ personId }) => personId);
const full = (personId: string) => desk.reveal(personId);
async function fault() {
  const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
  const found = await verifyRegister(db);
  db.close();
  return found;
}
const noDocument = { documentKind: null, documentNumber: null } as const;

describe('one person once, at the desk', () => {
  it('the same document and name is the person who is there; another name is told and asked about', async () => {
    const first = await add(1);
    expect(await add(1)).toBe(first);
    const other = { name: '别人' };
    expect(await desk.reply('desk.registerPerson', { person: await draft(1, other) } as never)).toMatchObject({
      error: { code: 'PERSON_SAME_DOCUMENT' },
    });
    expect(await desk.call('desk.findAlike', { person: await draft(1, other) } as never)).toMatchObject({
      people: [{ personId: first, nameMasked: '测**', why: 'document' }],
    });
    const second = await add(1, other, true);
    expect(second).not.toBe(first);
    expect((await desk.call('people.list', {} as never)).total).toBe(2);
  });

  it('the same name and birth date warns, with and without a document', async () => {
    const first = await add(1, { name: '王伟' });
    expect(
      await desk.reply('desk.registerPerson', { person: await draft(2, { name: '王伟', ...noDocument }) } as never),
    ).toMatchObject({
      error: { code: 'PERSON_ALIKE' },
    });
    expect(
      (await desk.call('desk.findAlike', { person: await draft(2, { name: '王伟' }) } as never)).people,
    ).toMatchObject([{ personId: first, why: 'nameAndBirth' }]);
    const second = await add(2, { name: '王伟', ...noDocument }, true);
    expect(second).not.toBe(first);
    expect(await names('王伟')).toHaveLength(2);
  });

  it('a child comes with a guardian, somebody without a document with a birth date', async () => {
    for (const [more, field] of [
      [{ ...noDocument, birthDate: null }, 'person.birthDate'],
      [{ ...noDocument, birthDate: '2012-05-01' }, 'person.guardianName'],
      [{ birthDate: '1970-01-01' }, 'person.birthDate'],
      [{ ...noDocument, birthDate: '2031-01-01' }, 'person.birthDate'],
    ] as const)
      expect(await desk.reply('desk.registerPerson', { person: await draft(3, more) } as never), field).toMatchObject({
        error: { code: 'INVALID_INPUT', field },
      });
    // Fourteen on the day itself is no child any more.
    await add(4, { ...noDocument, name: '十四', birthDate: '2008-04-10' });
    expect(
      await desk.reply('desk.registerPerson', {
        person: await draft(5, { ...noDocument, birthDate: '2008-04-11' }),
      } as never),
    ).toMatchObject({
      error: { field: 'person.guardianName' },
    });
    await add(6, { ...noDocument, birthDate: '2012-05-01', guardianName: '王芳' });
  });
});

async function draft(n: number, more: Partial<Person>): Promise<Person> {
  return {
    name: `测试${n}`,
    sex: null,
    birthDate: '1966-02-01',
    documentKind: 'residentId',
    documentNumber: documentOf(n),
    phone: null,
    address: { building: '5', unit: '', room: String(n) },
    guardianName: null,
    ...more,
  };
}

describe('a merge', () => {
  it('gives both histories to one person, found by either document and card; the undo parts them exactly', async () => {
    const a = await add(1, { name: '王伟', phone: '13800138001' });
    const b = await add(2, { name: '王炜', phone: '13800138002', address: { building: '6', unit: '2', room: '602' } });
    const [ofA, ofB] = [await bind(a), await bind(b)];
    const before = { a: await full(a), b: await full(b), aPage: (await page(a)).person, bPage: (await page(b)).person };
    const { cards } = await desk.call('people.cards', { query: '王炜', inClear: null } as never);

    expect(await desk.call('people.compare', { aId: a, bId: b } as never)).toMatchObject({
      a: { tests: 1 },
      differs: ['name', 'document', 'phone', 'address'],
    });
    const { mergeId, tests } = await desk.call('people.merge', {
      keptId: a,
      absorbedId: b,
      take: ['phone', 'address'],
    } as never);
    expect(tests).toBe(1);
    expect(await testsOf(a)).toEqual([ofA, ofB].sort());
    expect(await full(a)).toMatchObject({ phone: '13800138002', documentNumber: documentOf(1) });
    // Each test keeps the person as they were.
    const merged = await desk.call('tests.get', { testId: ofB } as never);
    expect(merged.test.person).toMatchObject({
      personId: a,
      nameMasked: '王*',
      address: { building: '6', room: '602' },
    });
    expect((await desk.call('tests.get', { testId: ofA } as never)).test.person.address.building).toBe('5');
    // Whoever comes with the other document, or the other card, is the same person.
    for (const text of [documentOf(2), cards[0]?.code ?? '']) {
      const { stage } = await desk.scanLater(text);
      expect(stage, text).toMatchObject({ kind: 'secondTest', person: { personId: a } });
      await desk.call('desk.clear', {} as never);
    }
    expect(await names('王')).toEqual([a]);
    expect(await names('王炜')).toEqual([]);
    expect(await names('13800138002')).toEqual([a]);
    expect((await desk.call('people.list', {} as never)).total).toBe(1);
    expect((await page(b)).person.personId).toBe(a);
    expect((await page(a)).merges).toMatchObject([{ mergeId, tests: 1, undone: null, absorbedMasked: '王*' }]);
    expect(await fault()).toBeNull();

    const later = await bind(a);
    expect(await desk.call('people.undoMerge', { mergeId } as never)).toEqual({ tests: 1, stay: 1, kept: [] });
    expect([await testsOf(a), await testsOf(b)]).toEqual([[ofA, later].sort(), [ofB]]);
    expect({
      a: await full(a),
      b: await full(b),
      aPage: (await page(a)).person,
      bPage: (await page(b)).person,
    }).toEqual(before);
    expect(await names('王炜')).toEqual([b]);
    expect((await desk.scanLater(documentOf(2))).stage).toMatchObject({ person: { personId: b } });
    expect((await page(a)).merges).toMatchObject([{ undone: { operatorName: '李娟' } }]);
    expect(await desk.reply('people.undoMerge', { mergeId } as never)).toMatchObject({
      error: { code: 'MERGE_UNDONE' },
    });
    expect(await fault()).toBeNull();
  });

  it('of a merge is taken back in the reverse order; what was changed since stays as it was changed', async () => {
    const [a, b, c] = [await add(1), await add(2), await add(3)];
    await bind(a);
    const first = await desk.call('people.merge', { keptId: b, absorbedId: a, take: ['name'] } as never);
    const second = await desk.call('people.merge', { keptId: c, absorbedId: b, take: [] } as never);
    expect((await desk.scanLater(documentOf(1))).stage).toMatchObject({ person: { personId: c } });
    for (const [keptId, absorbedId] of [
      [c, b],
      [b, c],
      [a, c],
    ])
      expect(await desk.reply('people.merge', { keptId, absorbedId, take: [] } as never)).toMatchObject({
        error: { code: 'PERSON_MERGED' },
      });
    expect(await desk.reply('people.undoMerge', { mergeId: first.mergeId } as never)).toMatchObject({
      error: { code: 'MERGE_LATER' },
    });
    expect(await fault()).toBeNull();
    await desk.call('people.undoMerge', { mergeId: second.mergeId } as never);
    await desk.call('people.change', { personId: b, change: { name: '改名' } } as never);
    expect(await desk.call('people.undoMerge', { mergeId: first.mergeId } as never)).toMatchObject({
      tests: 1,
      kept: ['name'],
    });
    expect((await page(b)).person.name).toBe('改名');
    expect(await testsOf(a)).toHaveLength(1);
    expect(await fault()).toBeNull();
  });

  it('is followed by the round: one person is wanted once, tested by either’s test, and two again when it is undone', async () => {
    const a = await add(1);
    const b = await add(2, { address: { building: '6', unit: '', room: '602' } });
    const { round } = await desk.call('rounds.open', {
      name: '第 2 轮',
      day: '2022-04-10',
      target: { kind: 'search', query: '6-602' },
    } as never);
    const coverage = async () => {
      const { target, tested } = (await desk.call('rounds.coverage', { roundId: round.id } as never)).coverage;
      return { target, tested };
    };
    expect(await coverage()).toEqual({ target: 1, tested: 0 });
    await bind(a);
    expect(await coverage()).toEqual({ target: 1, tested: 0 });
    const { mergeId } = await desk.call('people.merge', { keptId: a, absorbedId: b, take: [] } as never);
    expect(await coverage()).toEqual({ target: 1, tested: 1 });
    await desk.call('people.undoMerge', { mergeId } as never);
    expect(await coverage()).toEqual({ target: 1, tested: 0 });
  });

  it('likely doubles are listed until somebody says that they are two', async () => {
    const a = await add(1, { name: '王伟' });
    const b = await add(2, { name: '王伟', ...noDocument }, true);
    const c = await add(1, { name: '王维' }, true);
    await add(3, { name: '王伟', ...noDocument, birthDate: '1970-01-01' });
    const { pairs, isMore } = await desk.call('people.listDoubles', {} as never);
    expect(isMore).toBe(false);
    expect(pairs.map(({ why, a: one, b: other }) => [why, ...[one.personId, other.personId].sort()])).toEqual([
      ['document', ...[a, c].sort()],
      ['nameAndBirth', ...[a, b].sort()],
    ]);
    await desk.call('people.setDistinct', { aId: b, bId: a } as never);
    expect((await desk.call('people.listDoubles', {} as never)).pairs).toHaveLength(1);
    await desk.call('people.merge', { keptId: a, absorbedId: c, take: [] } as never);
    expect((await desk.call('people.listDoubles', {} as never)).pairs).toEqual([]);
  });
});

describe('a correction', () => {
  it('changes nothing of what was recorded, printed or sent before; the log tells it by reference', async () => {
    const a = await add(1, { name: '王伟', phone: '13800138001' });
    const testId = await bind(a);
    const day = (await desk.call('desk.get', {})).day;
    const former = {
      test: await desk.call('tests.get', { testId } as never),
      figures: (await desk.call('summary.get', { day } as never)).figures,
      outbox: outbox(),
    };
    await desk.call('people.change', {
      personId: a,
      change: {
        name: '王炜',
        phone: '13900139000',
        address: { building: '9', unit: '', room: '901' },
        document: { kind: 'residentId', number: documentOf(9) },
      },
    } as never);
    expect({
      test: await desk.call('tests.get', { testId } as never),
      figures: (await desk.call('summary.get', { day } as never)).figures,
      outbox: outbox(),
    }).toEqual(former);
    expect((await page(a)).person.name).toBe('王炜');
    expect(await full(a)).toMatchObject({ phone: '13900139000', documentNumber: documentOf(9) });
    for (const query of ['王炜', '9-901', '9000', documentOf(9)]) expect(await names(query), query).toEqual([a]);
    for (const query of ['王伟', '5-1', '8001', documentOf(1)]) expect(await names(query), query).toEqual([]);
    const rows = read("SELECT action, subject, detail FROM audit WHERE action LIKE 'person.%' ORDER BY seq") as {
      action: string;
      subject: string;
      detail: string;
    }[];
    const entry = rows.find(({ action }) => action === 'person.change');
    expect(entry?.subject).toBe(`person:${a}`);
    expect(entry?.detail).toContain('["name","document","phone","address"]');
    expect(JSON.stringify(rows)).not.toMatch(/王炜|139001|王伟/);
  });

  it('is refused where the parts cannot be right together, or somebody else holds the document', async () => {
    const a = await add(1);
    await add(2);
    for (const [change, error] of [
      [
        { document: { kind: 'residentId', number: '110105194912310021' } },
        { code: 'INVALID_INPUT', field: 'change.document' },
      ],
      [{ birthDate: '1970-01-01' }, { code: 'INVALID_INPUT', field: 'change.birthDate' }],
      [
        { document: null, birthDate: null },
        { code: 'INVALID_INPUT', field: 'change.birthDate' },
      ],
      [
        { document: null, birthDate: '2015-01-01' },
        { code: 'INVALID_INPUT', field: 'change.guardianName' },
      ],
      [{ document: { kind: 'residentId', number: documentOf(2) } }, { code: 'PERSON_SAME_DOCUMENT' }],
      [{ name: '测试2' }, { code: 'PERSON_ALIKE' }],
    ] as const)
      expect(await desk.reply('people.change', { personId: a, change } as never), JSON.stringify(change)).toMatchObject(
        { error },
      );
    await desk.call('people.change', { personId: a, change: { name: '测试2' }, isAnother: true } as never);
  });
});

function read(sql: string): unknown[] {
  const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
  const rows = db.prepare(sql).all();
  db.close();
  return rows;
}
const outbox = () => read('SELECT payload, content_hash FROM outbox ORDER BY seq');

describe('a household', () => {
  it('is offered after a binding, those only who were not tested in this round; never somebody of another door', async () => {
    const at = (room: string) => ({ building: '5', unit: '1', room });
    const a = await add(1, { address: at('101') });
    const b = await add(2, { address: at('101') });
    const c = await add(3, { address: at('101') });
    await add(4, { address: at('102') });
    await add(5, { address: { building: '5', unit: '1', room: '' } });
    await bind(a);
    const { stage } = await desk.call('desk.get', {});
    if (stage.kind !== 'bound') throw new Error(stage.kind);
    expect(stage.household.map(({ personId }) => personId).sort()).toEqual([b, c].sort());
    expect(
      (await page(a)).household.map(({ personId, testedThisRound }) => [personId, testedThisRound]).sort(),
    ).toEqual(
      [
        [b, false],
        [c, false],
      ].sort(),
    );
    await desk.call('desk.choosePerson', { personId: b } as never);
    kits += 1;
    expect((await desk.scan(kit(kits))).stage).toMatchObject({ kind: 'bound', household: [{ personId: c }] });
    await bind(c);
    expect((await desk.call('desk.get', {})).stage).toMatchObject({ kind: 'bound', household: [] });
  });
});

describe('a card', () => {
  it('holds the person’s own code, which says nothing of them, and is in the order of doors', async () => {
    const people = [
      await add(1, { name: '欧阳娜娜', phone: '13800138001', address: { building: '10', unit: '', room: '301' } }),
      await add(2, { address: { building: '2', unit: '1', room: '1001' } }),
      await add(3, { address: { building: '2', unit: '1', room: '901' } }),
    ];
    const { cards } = await desk.call('people.cards', { query: '', inClear: null } as never);
    expect(cards.map(({ address }) => `${address.building}-${address.room}`)).toEqual(['2-901', '2-1001', '10-301']);
    expect(cards.map(({ name }) => name)).toEqual(['测**', '测**', '欧***']);
    for (const { code } of cards) {
      expect(code).toMatch(/^YP[0-9A-Z]{10,}$/);
      for (const part of [documentOf(1), '19660201', '138001', '8001', 'OUYANG', ...people])
        expect(code).not.toContain(part);
      expect((await desk.scanLater(code)).stage.kind).toBe('person');
    }
    expect((await desk.call('people.cards', { query: '', building: '2', inClear: null } as never)).cards).toHaveLength(
      2,
    );
    expect(
      (await desk.call('people.cards', { query: 'oynn', inClear: { code: 'community' } } as never)).cards,
    ).toMatchObject([{ name: '欧阳娜娜' }]);
    expect(await desk.reply('people.cards', { query: '没有', inClear: null } as never)).toMatchObject({
      error: { code: 'CARDS_NONE' },
    });
    await desk.call('staff.enrol', { name: '王强', role: 'operator', pin: '7412' } as never);
    const operator = (await desk.call('staff.list', {})).operators.find(({ role }) => role === 'operator');
    await desk.call('staff.signIn', { operatorId: operator?.id, pin: '7412' } as never);
    expect((await desk.call('people.cards', { query: '', inClear: null } as never)).cards).toHaveLength(3);
    expect(await desk.reply('people.cards', { query: '', inClear: { code: 'community' } } as never)).toMatchObject({
      error: { code: 'FORBIDDEN', params: { capability: 'people.exportInClear' } },
    });
  });
});

describe('consent', () => {
  it('is noted with when, by whom and how; a child’s is their guardian’s; the newest counts', async () => {
    const a = await add(1);
    const child = await add(2, { ...noDocument, birthDate: '2015-01-01', guardianName: '王芳' });
    const note = (personId: string, more = {}) =>
      desk.call('people.noteConsent', { personId, state: 'given', how: 'paper', ...more } as never);
    expect((await page(a)).consent).toBeNull();
    await note(a);
    expect((await page(a)).consent).toMatchObject({
      state: 'given',
      how: 'paper',
      givenBy: 'self',
      guardianMasked: null,
      operatorName: '李娟',
    });
    await note(child, { how: 'oral' });
    expect(await page(child)).toMatchObject({
      isChild: true,
      consent: { givenBy: 'guardian', guardianMasked: '王*', how: 'oral' },
    });
    desk.clock.pass(1_000);
    await note(a, { state: 'withdrawn' });
    expect((await page(a)).consent?.state).toBe('withdrawn');
  });

  it('is asked for at the desk only where the site wants it, and goes over with a merge', async () => {
    const [a, b] = [await add(1), await add(2)];
    expect((await desk.call('desk.choosePerson', { personId: a } as never)).stage).toMatchObject({
      asksConsent: false,
    });
    const settings = await desk.call('settings.get', {} as never);
    await desk.call('settings.set', { settings: { ...settings, askConsent: true } } as never);
    expect((await desk.call('desk.choosePerson', { personId: a } as never)).stage).toMatchObject({ asksConsent: true });
    await desk.call('people.noteConsent', { personId: a, state: 'given', how: 'oral' } as never);
    expect((await desk.call('desk.get', {})).stage).toMatchObject({ asksConsent: false });
    await desk.call('people.merge', { keptId: b, absorbedId: a, take: [] } as never);
    expect((await page(b)).consent).toMatchObject({ how: 'oral' });
  });
});

it('a purge takes merges and consents with the person, both parts at once and not one before the other', async () => {
  const [a, b] = [await add(1), await add(2)];
  await desk.call('people.merge', { keptId: a, absorbedId: b, take: ['name'] } as never);
  await desk.call('people.noteConsent', { personId: a, state: 'given', how: 'oral' } as never);
  await desk.call('retention.set', { periods: { testsDays: 30, peopleDays: 30 } } as never);
  desk.clock.pass(20 * 24 * 3_600_000);
  await desk.call('people.change', { personId: a, change: { phone: '13800138001' } } as never);
  desk.clock.pass(20 * 24 * 3_600_000);
  const due = async () => (await desk.call('retention.get', {} as never)).due;
  // The kept person was changed since: whoever is part of them stays too, or the merge could not be taken back.
  expect((await due()).people).toBe(0);
  desk.clock.pass(20 * 24 * 3_600_000);
  await desk.call('desk.clear', {} as never);
  const { people, entries } = await due();
  expect(people).toBe(2);
  await desk.call('retention.purge', { tests: 0, people, entries } as never);
  const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
  for (const table of ['people', 'person_words', 'person_merges', 'person_merge_tests', 'person_consents'])
    expect(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), table).toBe(0);
  db.close();
});
