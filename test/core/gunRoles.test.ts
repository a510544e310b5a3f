import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandCodes } from '../../shared/codes/ownCodes.ts';
import type { DeskView, Stage } from '../../shared/model/desk.ts';
import type { GunRole } from '../../shared/model/gun.ts';
import { documentOf, gtin, kit, openDesk, type TestDesk } from './openDesk.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const scanOn = (role: GunRole, text: string): Promise<DeskView> => {
  desk.clock.pass(2_000);
  return desk.scan(text, { gun: { name: `${role} gun`, role } });
};
function stageOf<K extends Stage['kind']>(view: DeskView, kind: K): Extract<Stage, { kind: K }> {
  expect(view.stage.kind, JSON.stringify(view.stage)).toBe(kind);
  return view.stage as Extract<Stage, { kind: K }>;
}
const refused = (view: DeskView) => {
  const { code, params } = stageOf(view, 'refused');
  return { code, params };
};

describe('a gun with a role', () => {
  it('for people and one for kits bind together, whichever comes first', async () => {
    await desk.addPerson(1);
    await desk.call('desk.clear', {} as never);
    stageOf(await scanOn('people', documentOf(1)), 'person');
    expect(stageOf(await scanOn('kits', kit(1)), 'bound').test.person.name).toBe('测试1');
    await desk.addPerson(2);
    await desk.call('desk.clear', {} as never);
    stageOf(await scanOn('kits', kit(2)), 'kit');
    expect(stageOf(await scanOn('people', documentOf(2)), 'bound').test.person.name).toBe('测试2');
  });

  it('refuses a clear code of the other sort, by name, and who waits goes on waiting', async () => {
    await desk.addPerson(1);
    const onPeople = await scanOn('people', kit(1));
    expect(refused(onPeople)).toEqual({ code: 'gunForPeople', params: { gun: 'people gun' } });
    expect(stageOf(onPeople, 'refused').held.person?.name).toBe('测试1');
    expect(refused(await scanOn('people', gtin)).code).toBe('gunForPeople');
    for (const clear of [documentOf(2), 'H12345678', '13800138000'])
      expect(refused(await scanOn('kits', clear)), clear).toEqual({ code: 'gunForKits', params: { gun: 'kits gun' } });
    // Nothing was bound by any of it.
    expect((await desk.call('tests.list', {} as never)).total).toBe(0);
    expect(stageOf(await scanOn('kits', kit(1)), 'bound').test.person.name).toBe('测试1');
  });

  it.each(['12345678', '0123456789', ']C012345678', '12345678\r\n', ' 1234 5678 ', '１２３４５６７８'])(
    'for people reads %j as a Taiwan permit, one without a role asks',
    async (text) => {
      const number = text.normalize('NFKC').replace(/^\]C0|\s/g, '');
      const { draft } = stageOf(await scanOn('people', text), 'newPerson');
      expect(draft.documentKind).toBe('travelPermit');
      const view = await desk.addScanned(draft.formId, { name: '林志玲', birthDate: '1974-11-29' });
      expect((await desk.reveal(stageOf(view, 'person').person.personId)).documentNumber).toBe(number);
      await desk.call('desk.clear', {} as never);
      expect(refused(await scanOn('any', text)).code).toBe('codeAmbiguous');
    },
  );

  it.each(['12345678', ']C012345678', '0123456789\r'])('for kits reads %j as a serial', async (text) => {
    // No product has such serials, so it is refused as a kit, not as a question.
    expect(refused(await scanOn('kits', text)).code).toBe('productUnknown');
  });

  it('for kits takes a company-like number of nobody as no person', async () => {
    expect(refused(await scanOn('kits', '91350100M000100Y43')).code).toBe('gunForKits');
  });

  it('keeps hands off badges and commands', async () => {
    for (const role of ['people', 'kits', 'any'] as const) {
      await desk.addPerson(role === 'people' ? 1 : role === 'kits' ? 2 : 3);
      stageOf(await scanOn(role, commandCodes.next), 'idle');
      expect(refused(await scanOn(role, commandCodes.negative)).code).toBe('noResultPending');
      stageOf(await scanOn(role, commandCodes.next), 'idle');
    }
    const { badge } = await desk.call('staff.enrol', { name: '王强', role: 'operator', pin: '274951' } as never);
    for (const role of ['people', 'kits'] as const) expect((await scanOn(role, badge)).operator?.name).toBe('王强');
  });

  it('without a person signed in says so first', async () => {
    await desk.call('staff.lock', {} as never);
    expect(refused(await scanOn('people', kit(1))).code).toBe('signInFirst');
  });

  it('the same code on two guns within the moment of a double read is one scan', async () => {
    await desk.addPerson(1);
    await desk.call('desk.clear', {} as never);
    await scanOn('any', documentOf(1));
    const again = await desk.scan(documentOf(1), { gun: { name: 'other', role: 'kits' } });
    expect(again.heard).toBeNull();
    stageOf(again, 'person');
  });

  it('a repeated request finds its own answer, with another gun it is refused', async () => {
    const requestId = crypto.randomUUID();
    const gun = { name: 'one', role: 'people' } as const;
    await desk.scan(kit(1), { requestId, gun });
    expect(refused(await desk.scan(kit(1), { requestId, gun })).code).toBe('gunForPeople');
    const other = await desk.reply('desk.scan', { text: kit(1), source: 'gun', requestId } as never);
    expect(other).toMatchObject({ ok: false, error: { code: 'REQUEST_REUSED' } });
  });
});

describe('where the kits in stock have eight digits', () => {
  beforeEach(async () => {
    await desk.addProduct({ gtins: [], shortName: '数字码试剂', registrant: '数字厂' });
    const path = join(desk.folder, 'kits.csv');
    const rows = Array.from({ length: 30 }, (_unused, n) => `数字码试剂,${40_000_001 + n}`);
    writeFileSync(path, ['产品,编码', ...rows, ''].join('\n'));
    await desk.call('imports.preview', { importId: 'one', kind: 'manifest', path } as never);
    await desk.call('imports.commit', { importId: 'one' } as never);
  });

  it('a gun without a role reads a kit, one for people still reads a permit', async () => {
    // Not listed, but of the stock's pattern.
    expect(refused(await scanOn('any', '40000099')).code).not.toBe('codeAmbiguous');
    const { draft } = stageOf(await scanOn('people', '40000099'), 'newPerson');
    expect(draft).toMatchObject({ documentKind: 'travelPermit', documentMasked: '4****099' });
  });

  it('a listed kit is a kit on every gun', async () => {
    expect(refused(await scanOn('people', '40000005')).code).toBe('gunForPeople');
    stageOf(await scanOn('kits', ']C040000005'), 'kit');
    stageOf(await scanOn('any', '40000006'), 'kit');
  });
});
