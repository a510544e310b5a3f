import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maskDocument } from '../../shared/codes/mask.ts';
import { commandCodes, makeOwnCode } from '../../shared/codes/ownCodes.ts';
import type { DeskView, Stage } from '../../shared/model/desk.ts';
import { documentOf, gtin, kit, openDesk, pin, type TestDesk } from './openDesk.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

/** The stage, which must be of this kind. */
function stageOf<K extends Stage['kind']>(view: DeskView, kind: K): Extract<Stage, { kind: K }> {
  expect(view.stage.kind, JSON.stringify(view.stage)).toBe(kind);
  return view.stage as Extract<Stage, { kind: K }>;
}

function refusalOf(view: DeskView): string {
  return stageOf(view, 'refused').code;
}

/** Registers person n and clears the desk, so that they are on the roster and not on the stage. */
async function onRoster(n: number): Promise<void> {
  await desk.addPerson(n);
  await desk.call('desk.clear', {} as never);
}

const intoWindow = 16 * 60_000;
const negative = (testId: string) => desk.call('results.record', { testId, outcome: 'negative' } as never);

describe('binding', () => {
  it('binds person first: the person waits, the kit is bound to them, committed with its record for the central service', async () => {
    await onRoster(1);
    expect(stageOf(await desk.scan(documentOf(1)), 'person').person.name).toBe('测试1');
    const bound = await desk.scan(kit(1));
    const { test } = stageOf(bound, 'bound');
    expect(bound.heard).toBe('attention'); // the lot is not in any manifest
    expect(test.person.name).toBe('测试1');
    expect(test.kit).toMatchObject({ serial: 'SN000001', lot: 'LOT1', expiresOn: '2024-09-30' });
    expect(bound.tally).toMatchObject({ registered: 1, pending: 1 });
    expect(bound.sync.unsent).toBe(1);
    expect(test.central).toBe('local');
  });

  it('binds kit first: the kit waits, the person takes it', async () => {
    await onRoster(1);
    expect(stageOf(await desk.scan(kit(1)), 'kit').kit.tail).toBe('0001');
    expect(stageOf(await desk.scan(documentOf(1)), 'bound').test.person.name).toBe('测试1');
  });

  it('rule 1: a person who waited 60 seconds waits no longer, and the kit is not theirs', async () => {
    await onRoster(1);
    await desk.scan(documentOf(1));
    desk.clock.pass(59_999);
    stageOf(await desk.call('desk.get', {} as never), 'person');
    desk.clock.pass(1);
    stageOf(await desk.call('desk.get', {} as never), 'idle');
    stageOf(await desk.scan(kit(1)), 'kit');
  });

  it('rule 1: another person replaces the one who waits, and says so', async () => {
    await onRoster(1);
    await onRoster(2);
    await desk.scan(documentOf(1));
    const view = await desk.scan(documentOf(2));
    expect(stageOf(view, 'person').replacedMasked).toBe('测**');
    expect(view.heard).toBe('attention');
    expect(stageOf(await desk.scan(kit(1)), 'bound').test.person.name).toBe('测试2');
  });

  it('rule 1: a lock and a change of operator end the waiting', async () => {
    await onRoster(1);
    await desk.scan(documentOf(1));
    await desk.call('staff.lock', {} as never);
    const { operators } = await desk.call('staff.list', {} as never);
    const view = await desk.call('staff.signIn', { operatorId: operators[0]?.id ?? '', pin } as never);
    stageOf(view, 'idle');
    stageOf(await desk.scan(kit(1)), 'kit');
  });

  it('rule 2: the same code within 1.5 seconds is the same scan', async () => {
    await onRoster(1);
    await desk.scan(documentOf(1));
    const first = await desk.scan(kit(1));
    desk.clock.pass(1_499);
    const again = await desk.scan(kit(1));
    stageOf(again, 'bound');
    expect(again.heard).toBeNull();
    expect(again.version).toBe(first.version);
    desk.clock.pass(1_500);
    stageOf(await desk.scan(kit(1)), 'test');
  });

  it('rule 3: the same kit is known from every way of writing its code', async () => {
    await desk.bind(1);
    const ways = [
      `01${gtin}1724093010LOT1\u001D21SN000001`,
      '(01)06901234567892(17)240930(10)LOT1(21)SN000001',
      `https://id.example.com/01/${gtin}/10/LOT1/21/SN000001?17=240930`,
      `]C101${gtin}21SN000001`,
    ];
    for (const way of ways) {
      desk.clock.pass(2_000);
      stageOf(await desk.scan(way), 'test');
    }
  });

  it('rule 3: one live binding a kit, whoever asks, told with who, where, when and by whom', async () => {
    await desk.bind(1);
    await onRoster(2);
    await desk.scan(documentOf(2));
    const view = await desk.scanLater(kit(1));
    const refused = stageOf(view, 'refused');
    expect(refused.code).toBe('kitUsed');
    expect(refused.params).toMatchObject({ person: '测**', address: '5 1', operator: '李娟' });
    expect(refused.held.person?.name).toBe('测试2');
    // Who waits goes on waiting: the next kit is theirs.
    expect(stageOf(await desk.scan(kit(2)), 'bound').test.person.name).toBe('测试2');
  });

  it('refuses a kit without a serial, an unknown product, a product without a window, an expired kit', async () => {
    expect(refusalOf(await desk.scan(`]d201${gtin}10LOT1`))).toBe('kitHasNoSerial');
    expect(refusalOf(await desk.scan(gtin))).toBe('kitHasNoSerial');
    expect(refusalOf(await desk.scan(kit(1, { gtin: '06921734900135' })))).toBe('productUnknown');
    await desk.addProduct({ gtins: ['06921734900135'], window: null, shortName: '无窗口' });
    expect(refusalOf(await desk.scanLater(kit(1, { gtin: '06921734900135' })))).toBe('productWithoutWindow');
    expect(refusalOf(await desk.scan(kit(1, { expiry: '220409' })))).toBe('kitExpired');
    stageOf(await desk.scan(kit(1, { expiry: '220410' })), 'kit'); // the last day still counts
  });

  it('rule 4: what no manifest lists is bound with a warning or refused, as the site says', async () => {
    const warned = await desk.scan(kit(1));
    expect(stageOf(warned, 'kit').kit.warnings.map((warning) => warning.code)).toEqual(['lotUnknown']);
    const settings = await desk.call('settings.get', {} as never);
    await desk.call('settings.set', { settings: { ...settings, unknownKit: 'refuse' } } as never);
    expect(refusalOf(await desk.scan(kit(2)))).toBe('kitLotUnknown');
  });

  it('a damaged code is refused with the place of the damage', async () => {
    const refused = stageOf(await desk.scan(`]d2010690123456789317240930`), 'refused');
    expect(refused.code).toBe('codeUnreadable');
    expect(refused.params).toMatchObject({ error: 'checkDigit' });
  });
});

describe('a gun that leaves the separators out', () => {
  const without = (text: string) => text.replace(']d2', '').replaceAll('\u001D', '');

  it('is refused and told, not bound as another kit', async () => {
    const refused = await desk.scan(without(kit(1)));
    expect(refusalOf(refused)).toBe('separatorLost');
    // A serial that swallowed the expiry date.
    desk.clock.pass(2_000);
    expect(refusalOf(await desk.scan(`01${gtin}21SN00000117240930`))).toBe('separatorLost');
  });

  it('a camera has its separators from the symbol; typed with brackets it is whole', async () => {
    await onRoster(1);
    await desk.scan(documentOf(1));
    const bracketed = `(01)${gtin}(17)240930(10)LOT1(21)SN000001`;
    stageOf(await desk.scan(bracketed, { source: 'typed', repeated: bracketed }), 'bound');
    expect(refusalOf(await desk.scan(without(kit(2)), { source: 'camera' }))).toBe('kitHasNoSerial');
  });
});

describe('people at the desk', () => {
  it('an unknown person gets the short form, filled from the document, and is bound to the waiting kit', async () => {
    await desk.scan(kit(1));
    const asked = stageOf(await desk.scan(documentOf(7)), 'newPerson');
    expect(asked.draft).toMatchObject({
      documentKind: 'residentId',
      documentMasked: maskDocument(documentOf(7)),
      birthMasked: '1966-**-**',
      age: 56,
      sex: 'male',
    });
    // The window gives back what it was shown; document and birth date are core's own.
    const view = await desk.addScanned(asked.draft.formId, { name: '测试7' });
    expect(stageOf(view, 'bound').test.person.name).toBe('测试7');
    expect(await desk.reveal(stageOf(view, 'bound').test.person.personId)).toMatchObject({
      documentNumber: documentOf(7),
      birthDate: '1966-02-01',
    });
  });

  it('a form that is no longer on the stage registers nobody', async () => {
    const { draft } = stageOf(await desk.scan(documentOf(7)), 'newPerson');
    const other = stageOf(await desk.scan(documentOf(8)), 'newPerson').draft;
    expect(other.formId).not.toBe(draft.formId);
    // The same document again is the same form.
    desk.clock.pass(2_000);
    expect(stageOf(await desk.scan(documentOf(8)), 'newPerson').draft.formId).toBe(other.formId);
    await expect(desk.addScanned(draft.formId, { name: '测试7' })).rejects.toThrow('NOT_ON_STAGE');
    await desk.call('desk.clear', {} as never);
    await expect(desk.addScanned(other.formId, { name: '测试8' })).rejects.toThrow('NOT_ON_STAGE');
    expect((await desk.call('people.list', {} as never)).total).toBe(0);
  });

  it('a kit scanned while the form is being filled in waits with it', async () => {
    stageOf(await desk.scan(documentOf(7)), 'newPerson');
    expect(stageOf(await desk.scan(kit(1)), 'newPerson').kit?.tail).toBe('0001');
    desk.clock.pass(120_000); // filling it in takes its time
    expect(stageOf(await desk.addPerson(7), 'bound').test.kit.tail).toBe('0001');
  });

  it('a code refused while the form is being filled in is said above it; the form and its person stay', async () => {
    await desk.bind(1);
    desk.clock.pass(20_000);
    await desk.scan(documentOf(7));
    const asked = stageOf(await desk.scan(kit(1, { expiry: '200101' }).replace('SN000001', 'SN000009')), 'newPerson');
    expect(asked.refused?.code).toBe('kitExpired');
    expect(asked.draft.documentMasked).toBe(maskDocument(documentOf(7)));
    expect(stageOf(await desk.scan(kit(1)), 'newPerson').refused?.code).toBe('kitUsed');
    // A good kit takes the complaint away and waits.
    expect(stageOf(await desk.scan(kit(2)), 'newPerson')).toMatchObject({ refused: null, kit: { tail: '0002' } });
    expect(stageOf(await desk.addPerson(7), 'bound').test.kit.tail).toBe('0002');
  });

  it('an unknown person code cannot be entered, only found', async () => {
    expect(refusalOf(await desk.scan(makeOwnCode('YP', randomBytes)))).toBe('personUnknown');
  });

  it('where several share a phone, it asks which', async () => {
    await desk.addPerson(1, { phone: '13800138000' });
    await desk.addPerson(2, { phone: '+86 138 0013 8000' });
    await desk.call('desk.clear', {} as never);
    const choose = stageOf(await desk.scan('138-0013-8000'), 'choose');
    expect(choose.people.map((person) => person.name).sort()).toEqual(['测试1', '测试2']);
    const chosen = choose.people.find((person) => person.name === '测试2');
    await desk.call('desk.choosePerson', { personId: chosen?.personId ?? '' } as never);
    expect(stageOf(await desk.scan(kit(1)), 'bound').test.person.name).toBe('测试2');
  });

  it('rule 12: without a document a birth date is the least', async () => {
    const bare = { documentKind: null, documentNumber: null } as const;
    const refused = await desk.reply('desk.registerPerson', {
      person: {
        name: '小明',
        sex: null,
        birthDate: null,
        ...bare,
        phone: null,
        address: { building: '', unit: '', room: '' },
        guardianName: '李四',
      },
    } as never);
    expect(refused).toMatchObject({ ok: false, error: { code: 'INVALID_INPUT', field: 'person.birthDate' } });
    const view = await desk.addPerson(9, { name: '小明', birthDate: '2018-06-01', guardianName: '李四', ...bare });
    expect(stageOf(view, 'person').person).toMatchObject({
      name: '小明',
      age: 3,
      documentMasked: null,
      guardianMasked: '李*',
    });
  });

  it('a document with a wrong check character is not stored', async () => {
    const right = documentOf(3);
    const wrong = right.slice(0, 17) + (right.endsWith('1') ? '2' : '1');
    const refused = await desk.reply('desk.registerPerson', {
      person: {
        name: '张三',
        sex: null,
        birthDate: null,
        documentKind: 'residentId',
        documentNumber: wrong,
        phone: null,
        address: { building: '', unit: '', room: '' },
        guardianName: null,
      },
    } as never);
    expect(refused).toMatchObject({ ok: false, error: { code: 'INVALID_INPUT', field: 'person.documentNumber' } });
    expect((await desk.call('people.list', {} as never)).total).toBe(0);
  });

  it('a second test in the round asks for a reason, which stands with it; without one nothing is bound', async () => {
    await desk.bind(1);
    const asked = await desk.scanLater(documentOf(1));
    expect(stageOf(asked, 'secondTest').earlier.kit.tail).toBe('0001');
    expect(asked.heard).toBe('attention');
    stageOf(await desk.scan(kit(2)), 'secondTest');
    const view = await desk.call('desk.giveReason', { reason: { code: 'symptoms' } } as never);
    const { test } = stageOf(view, 'bound');
    expect(test.kit.tail).toBe('0002');
    expect((await desk.call('summary.get', {} as never)).figures).toMatchObject({
      secondTests: 1,
      total: { registered: 2 },
    });
  });
});

describe('results', () => {
  it('rule 6: too early is refused, in the window it is recorded, later only INVALID', async () => {
    const testId = await desk.bind(1);
    const early = stageOf(await desk.scanLater(kit(1)), 'test');
    expect(early).toMatchObject({ allowed: [], blockedBy: 'tooEarly' });
    expect(refusalOf(await negative(testId))).toBe('tooEarly');

    desk.clock.pass(intoWindow);
    expect(stageOf(await desk.scan(kit(1)), 'test').allowed).toEqual(['negative', 'positive', 'invalid']);
    const recorded = await negative(testId);
    expect(stageOf(recorded, 'recorded').test).toMatchObject({
      status: 'negative',
      result: { revision: 1, operatorName: '李娟' },
    });
    expect(recorded.tally).toMatchObject({ registered: 1, negative: 1, pending: 0 });

    const late = await desk.bind(2);
    desk.clock.pass(21 * 60_000);
    expect(stageOf(await desk.scan(kit(2)), 'test')).toMatchObject({
      allowed: ['invalid'],
      blockedBy: 'tooLate',
      mayOverride: true,
    });
    expect(refusalOf(await negative(late))).toBe('tooLate');
    await desk.scanLater(kit(2));
    const overridden = await desk.call('results.record', {
      testId: late,
      outcome: 'negative',
      overrideReason: { code: 'readInTime' },
    } as never);
    expect(stageOf(overridden, 'recorded').test.result?.overrideReason).toMatchObject({ code: 'readInTime' });
  });

  it('rule 6: an operator without the right cannot override', async () => {
    const { operator } = await desk.call('staff.enrol', { name: '王敏', role: 'operator', pin: '7391' } as never);
    await desk.call('staff.signIn', { operatorId: operator.id, pin: '7391' } as never);
    const testId = await desk.bind(1);
    desk.clock.pass(21 * 60_000);
    // With somebody's approval, which is asked for when they try.
    expect(stageOf(await desk.scan(kit(1)), 'test').mayOverride).toBe(true);
    const refused = await desk.reply('results.record', {
      testId,
      outcome: 'negative',
      overrideReason: { code: 'readInTime' },
    } as never);
    expect(refused).toMatchObject({ ok: false, error: { code: 'FORBIDDEN', params: { needs: 'supervisor' } } });
    expect((await desk.call('tests.get', { testId } as never)).test.status).toBe('pending');
  });

  it('rule 6: where the site counts from the drop, a second scan of the kit starts the clock', async () => {
    const settings = await desk.call('settings.get', {} as never);
    await desk.call('settings.set', { settings: { ...settings, windowFrom: 'drop' } } as never);
    await desk.bind(1);
    desk.clock.pass(10 * 60_000);
    const dropped = stageOf(await desk.scan(kit(1)), 'dropped');
    expect(dropped.test.opensAtMs).toBe(desk.clock.wallMs() + 15 * 60_000);
    desk.clock.pass(intoWindow);
    expect(stageOf(await desk.scan(kit(1)), 'test').allowed).toContain('negative');
  });

  it('a result is only taken for the test on the stage', async () => {
    const first = await desk.bind(1);
    await desk.bind(2);
    desk.clock.pass(intoWindow);
    await desk.scan(kit(2));
    const refused = await desk.reply('results.record', { testId: first, outcome: 'negative' } as never);
    expect(refused).toMatchObject({ ok: false, error: { code: 'NOT_ON_STAGE' } });
  });

  it('rule 8: a positive counts only with the kit’s second scan, after the pause', async () => {
    const testId = await desk.bind(1);
    desk.clock.pass(intoWindow);
    await desk.scan(kit(1));
    desk.clock.pass(2_000);
    const chosen = await desk.scan(commandCodes.positive);
    stageOf(chosen, 'confirmPositive');
    expect((await desk.call('tests.get', { testId } as never)).test.status).toBe('pending');
    desk.clock.pass(500);
    stageOf(await desk.scan(kit(1)), 'confirmPositive'); // too soon: the gun may still be held over it
    expect(refusalOf(await desk.scan(commandCodes.confirm))).toBe('confirmNeedsKit');
    desk.clock.pass(2_000);
    const recorded = await desk.scan(kit(1));
    expect(stageOf(recorded, 'recorded').test.status).toBe('positive');
    // Heard like every other result.
    expect(recorded.heard).toBe('done');
    const { figures } = await desk.call('summary.get', {} as never);
    expect(figures).toMatchObject({ followUps: 1, total: { positive: 1 } });
  });

  it('rule 8: another kit does not confirm it, a second operator’s badge does and both names stand', async () => {
    const enrolled = await desk.call('staff.enrol', { name: '王敏', role: 'operator', pin: '7391' } as never);
    const testId = await desk.bind(1);
    await desk.bind(2);
    desk.clock.pass(intoWindow);
    await desk.scan(kit(1));
    await desk.call('results.record', { testId, outcome: 'positive' } as never);
    desk.clock.pass(2_000);
    expect(refusalOf(await desk.scan(kit(2)))).toBe('confirmOtherKit');
    const view = await desk.scan(enrolled.badge);
    expect(stageOf(view, 'recorded').test.result).toMatchObject({
      outcome: 'positive',
      operatorName: '李娟',
      confirmedByName: '王敏',
    });
    expect(view.operator?.name).toBe('李娟');
  });

  it('rule 9: an invalid offers a re-test, linked to the first and without asking why', async () => {
    const testId = await desk.bind(1);
    desk.clock.pass(intoWindow);
    await desk.scan(kit(1));
    expect(stageOf(await desk.scan(commandCodes.invalid), 'recorded').offersRetest).toBe(true);
    expect(stageOf(await desk.call('desk.retest', { testId } as never), 'person').retestOf).toBe(testId);
    expect(stageOf(await desk.scan(kit(2)), 'bound').test.retestOf).toBe(testId);
    expect((await desk.call('tests.get', { testId } as never)).retests).toHaveLength(1);
  });

  it('rule 10: a mistake is a new revision with a reason; both stay', async () => {
    const testId = await desk.bind(1);
    desk.clock.pass(intoWindow);
    await desk.scan(kit(1));
    await negative(testId);
    const without = await desk.reply('results.revise', {
      testId,
      outcome: 'invalid',
      reason: { code: 'other', text: '' },
    } as never);
    expect(without).toMatchObject({ ok: false, error: { code: 'INVALID_INPUT' } });
    const revised = await desk.call('results.revise', {
      testId,
      outcome: 'invalid',
      reason: { code: 'misread' },
    } as never);
    expect(revised.tally).toMatchObject({ registered: 1, negative: 0, invalid: 1 });
    const { revisions } = await desk.call('tests.get', { testId } as never);
    expect(revisions.map((revision) => [revision.revision, revision.outcome, revision.reason?.code ?? null])).toEqual([
      [1, 'negative', null],
      [2, 'invalid', 'misread'],
    ]);
  });

  it('a result corrected to positive is confirmed like any positive', async () => {
    const testId = await desk.bind(1);
    desk.clock.pass(intoWindow);
    await desk.scan(kit(1));
    await negative(testId);
    stageOf(
      await desk.call('results.revise', { testId, outcome: 'positive', reason: { code: 'misread' } } as never),
      'confirmPositive',
    );
    expect((await desk.call('tests.get', { testId } as never)).test.status).toBe('negative');
    desk.clock.pass(2_000);
    expect(stageOf(await desk.scan(kit(1)), 'recorded').test).toMatchObject({
      status: 'positive',
      result: { revision: 2 },
    });
  });

  it('rule 7: with a clock behind its mark no negative and no positive is taken without a supervisor', async () => {
    const { operator } = await desk.call('staff.enrol', { name: '王敏', role: 'operator', pin: '7391' } as never);
    await desk.call('staff.signIn', { operatorId: operator.id, pin: '7391' } as never);
    const testId = await desk.bind(1);
    desk.clock.pass(intoWindow);
    desk.clock.setWall(desk.clock.wallMs() - 60 * 60_000);
    const view = await desk.scan(kit(1));
    expect(view.clockBehind).toBe(true);
    expect(stageOf(view, 'test')).toMatchObject({ allowed: ['invalid'], blockedBy: 'clockBehind', mayOverride: true });
    expect(refusalOf(await negative(testId))).toBe('clockBehind');
  });

  it('rule 7: the mark holds across runs', async () => {
    await desk.bind(1);
    desk.clock.setWall(desk.clock.wallMs() - 24 * 60 * 60_000);
    await desk.reopen();
    await desk.call('register.unlock', { passphrase: 'correct horse battery' } as never);
    expect((await desk.call('desk.get', {} as never)).clockBehind).toBe(true);
  });

  it('command cards give results without a keyboard, and mean nothing without a test', async () => {
    expect(refusalOf(await desk.scan(commandCodes.negative))).toBe('noResultPending');
    await desk.bind(1);
    desk.clock.pass(intoWindow);
    await desk.scan(kit(1));
    expect(stageOf(await desk.scan(commandCodes.negative), 'recorded').test.status).toBe('negative');
  });
});

describe('the wall', () => {
  it('lists what can still be read before what is over, and counts what does not fit', async () => {
    const late = await desk.bind(1);
    desk.clock.pass(30 * 60_000);
    for (let n = 2; n <= 102; n++) await desk.bind(n);
    const view = await desk.call('desk.get', {} as never);
    expect(view.wall).toHaveLength(100);
    expect(view.wallMore).toBe(2);
    expect(view.wall.some((row) => row.testId === late)).toBe(false);
    const closes = view.wall.map((row) => row.closesAtMs ?? 0);
    expect(closes).toEqual([...closes].sort((a, b) => a - b));
  });

  it('a test with a result leaves it', async () => {
    const testId = await desk.bind(1);
    desk.clock.pass(intoWindow);
    expect((await desk.scan(kit(1))).wall.map((row) => row.testId)).toEqual([testId]);
    expect((await negative(testId)).wall).toEqual([]);
  });
});

describe('undo and void', () => {
  it('rule 5: within 10 seconds the binding never was: kit free, nothing counted, nothing sent', async () => {
    await desk.bind(1);
    desk.clock.pass(9_999);
    const undone = await desk.call('desk.undo', {} as never);
    stageOf(undone, 'undone');
    expect(undone.tally.registered).toBe(0);
    expect(undone.sync.unsent).toBe(0);
    await desk.addPerson(2);
    expect(stageOf(await desk.scan(kit(1)), 'bound').test.person.name).toBe('测试2');
  });

  it('rule 5: after 10 seconds only a void, with a reason, and the kit stays used', async () => {
    const testId = await desk.bind(1);
    desk.clock.pass(10_000);
    expect(refusalOf(await desk.call('desk.undo', {} as never))).toBe('undoTooLate');
    const voided = await desk.call('tests.void', { testId, reason: { code: 'kitDamaged' } } as never);
    expect(stageOf(voided, 'voided').test.voided).toMatchObject({
      operatorName: '李娟',
      reason: { code: 'kitDamaged' },
    });
    expect(voided.tally).toMatchObject({ registered: 1, void: 1, pending: 0 });
    expect(refusalOf(await desk.scanLater(kit(1)))).toBe('kitVoid');
    const twice = await desk.reply('tests.void', { testId, reason: { code: 'kitDamaged' } } as never);
    expect(twice).toMatchObject({ ok: false, error: { code: 'ALREADY_VOID' } });
  });

  it('UNDO and VOID by card', async () => {
    await desk.bind(1);
    stageOf(await desk.scan(commandCodes.undo), 'undone');
    desk.clock.pass(2_000);
    await desk.addPerson(2);
    await desk.scan(kit(2));
    stageOf(await desk.scan(commandCodes.void), 'voidReason');
  });
});

describe('typed codes', () => {
  it('rule 11: are entered twice and marked as typed', async () => {
    await onRoster(1);
    await desk.scan(documentOf(1)); // by the gun
    expect(refusalOf(await desk.scan(kit(1), { source: 'typed' }))).toBe('typedOnce');
    desk.clock.pass(2_000);
    expect(refusalOf(await desk.scan(kit(1), { source: 'typed', repeated: kit(2) }))).toBe('typedDiffers');
    desk.clock.pass(2_000);
    stageOf(await desk.scan(kit(1), { source: 'typed', repeated: kit(1) }), 'bound');
    expect((await desk.call('summary.get', {} as never)).figures.typedCodes).toBe(1);
  });

  it('rule 11: a typed person counts as typed too, each test once; its check character covers it, so once is enough', async () => {
    await onRoster(1);
    await onRoster(2);
    stageOf(await desk.scan(documentOf(1), { source: 'typed' }), 'person');
    stageOf(await desk.scan(kit(1)), 'bound');
    expect((await desk.call('summary.get', {} as never)).figures.typedCodes).toBe(1);
    stageOf(await desk.scan(documentOf(2)), 'person');
    stageOf(await desk.scan(kit(2)), 'bound');
    expect((await desk.call('summary.get', {} as never)).figures.typedCodes).toBe(1);
  });
});

describe('who is at the desk', () => {
  it('nobody signed in: a scan is refused, a badge signs in', async () => {
    const { badge } = await desk.call('staff.enrol', { name: '王敏', role: 'operator', pin: '7391' } as never);
    await desk.call('staff.lock', {} as never);
    expect(refusalOf(await desk.scan(kit(1)))).toBe('signInFirst');
    const view = await desk.scan(badge);
    expect(view.operator?.name).toBe('王敏');
    expect((await desk.reply('desk.undo', {} as never)).ok).toBe(true);
  });

  it('a wrong PIN is told, and soon waits longer and longer', async () => {
    await desk.call('staff.lock', {} as never);
    const { operators } = await desk.call('staff.list', {} as never);
    const operatorId = operators[0]?.id ?? '';
    for (let n = 0; n < 4; n++) {
      expect(await desk.reply('staff.signIn', { operatorId, pin: '0000' } as never)).toMatchObject({
        ok: false,
        error: { code: 'PIN_WRONG' },
      });
    }
    const locked = await desk.reply('staff.signIn', { operatorId, pin } as never);
    expect(locked).toMatchObject({ ok: false, error: { code: 'PIN_WRONG', params: { waitMs: 5_000 } } });
    desk.clock.pass(5_000);
    expect((await desk.call('staff.signIn', { operatorId, pin } as never)).operator?.name).toBe('李娟');
  });

  it('a PIN that everybody tries first is refused', async () => {
    for (const weak of ['0000', '1234', '987654', '1212']) {
      expect(await desk.reply('staff.enrol', { name: '甲', role: 'operator', pin: weak } as never)).toMatchObject({
        ok: false,
        error: { code: 'PIN_WEAK' },
      });
    }
  });

  it('an operator changes no products, settings, rounds, staff or connection', async () => {
    const { operator } = await desk.call('staff.enrol', { name: '王敏', role: 'operator', pin: '7391' } as never);
    const settings = await desk.call('settings.get', {} as never);
    await desk.call('staff.signIn', { operatorId: operator.id, pin: '7391' } as never);
    const forbidden = { ok: false, error: { code: 'FORBIDDEN' } };
    expect(await desk.reply('settings.set', { settings } as never)).toMatchObject(forbidden);
    expect(await desk.reply('rounds.open', { name: '第 2 轮', day: '2022-04-11' } as never)).toMatchObject(forbidden);
    expect(await desk.reply('staff.enrol', { name: '乙', role: 'operator', pin: '7391' } as never)).toMatchObject(
      forbidden,
    );
    expect(await desk.reply('sync.connect', { url: 'https://x.example', token: '12345678' } as never)).toMatchObject(
      forbidden,
    );
    await expect(desk.addProduct()).rejects.toThrow(/FORBIDDEN/);
  });
});

describe('one gesture, one answer', () => {
  it('the same requestId finds the same answer and writes nothing twice', async () => {
    await onRoster(1);
    await desk.scan(documentOf(1));
    const requestId = randomUUID();
    const first = await desk.scan(kit(1), { requestId });
    desk.clock.pass(5_000);
    const again = await desk.scan(kit(1), { requestId });
    expect(stageOf(again, 'bound').test.testId).toBe(stageOf(first, 'bound').test.testId);
    expect(again.heard).toBe(first.heard);
    expect(again.tally.registered).toBe(1);
  });

  it('gets its own stage even when the desk has moved on', async () => {
    await onRoster(1);
    await desk.scan(documentOf(1));
    const requestId = randomUUID();
    const first = await desk.scan(kit(1), { requestId });
    await desk.scan(kit(2));
    const again = await desk.scan(kit(1), { requestId });
    expect(stageOf(again, 'bound').test.testId).toBe(stageOf(first, 'bound').test.testId);
    expect(again.version).toBe(first.version);
    stageOf(await desk.call('desk.get', {} as never), 'kit');
  });

  it('holds across a restart of core', async () => {
    await onRoster(1);
    await desk.scan(documentOf(1));
    const requestId = randomUUID();
    const first = await desk.scan(kit(1), { requestId });
    await desk.reopen({ resumeSession: true, dataKeyHex: desk.dataKeyHex() });
    const again = await desk.scan(kit(1), { requestId });
    expect(stageOf(again, 'bound').test.testId).toBe(stageOf(first, 'bound').test.testId);
    expect(again.tally.registered).toBe(1);
  });

  it('the same requestId with other input is refused', async () => {
    const requestId = randomUUID();
    await desk.scan(kit(1), { requestId });
    expect(await desk.reply('desk.scan', { text: kit(2), source: 'gun', requestId } as never)).toMatchObject({
      ok: false,
      error: { code: 'REQUEST_REUSED' },
    });
  });

  it('after a crash the operator and who was on the stage go on; after a start nobody is signed in', async () => {
    await onRoster(1);
    await desk.scan(documentOf(1));
    await desk.reopen({ resumeSession: true, dataKeyHex: desk.dataKeyHex() });
    const resumed = await desk.call('desk.get', {} as never);
    expect(stageOf(resumed, 'person').person.name).toBe('测试1');
    expect(resumed.operator?.name).toBe('李娟');
    await desk.reopen({ dataKeyHex: desk.dataKeyHex() });
    const started = await desk.call('desk.get', {} as never);
    stageOf(started, 'idle');
    expect(started.operator).toBeNull();
  });
});
