import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRegister } from '../../electron/db/open.ts';
import { hour } from '../../shared/time.ts';
import { documentOf, kit, openDesk, signIn, type TestDesk } from './openDesk.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const list = (rows: readonly string[]) => ['姓名,身份证号码,手机,楼栋,房号', ...rows].join('\n');
const row = (n: number, name: string, phone = '', room = String(n)) => `${name},${documentOf(n)},${phone},5,${room}`;

async function preview(rows: readonly string[]): Promise<string> {
  const importId = randomUUID();
  const path = join(desk.folder, 'roster.csv');
  writeFileSync(path, list(rows));
  await desk.call('imports.preview', { importId, kind: 'roster', path } as never);
  return importId;
}
/** Answers the id by which an import can be undone. */
async function bring(rows: readonly string[]): Promise<string> {
  await desk.call('imports.commit', { importId: await preview(rows) } as never);
  return (await past())[0]?.importId ?? '';
}
const past = async () => (await desk.call('imports.list', { kind: 'roster' } as never)).rows;
const undo = (importId: string) => desk.reply('imports.undo', { importId } as never);
const people = async (query = '') => (await desk.call('people.list', { query } as never)).rows;

function logged(action: string) {
  const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
  const rows = db.prepare('SELECT subject, detail FROM audit WHERE action = ?').all(action) as {
    subject: string;
    detail: string;
  }[];
  db.close();
  return rows.map(({ subject, detail }) => ({ subject, detail: JSON.parse(detail) as unknown }));
}

const none = {
  removed: 0,
  putBack: 0,
  stayTested: 0,
  stayEdited: 0,
  stayMerged: 0,
  stayUsed: 0,
  stayAtDesk: 0,
  changedSince: 0,
};

describe('an import taken back', () => {
  it('takes the new people away and makes the changed ones what they were; the log says so', async () => {
    await bring([row(1, '陈建国', '13800138000')]);
    const second = await bring([row(1, '陈改名', '13900139000', '902'), row(2, '王芳'), row(3, '李强')]);
    expect(await past()).toMatchObject([
      { fileName: 'roster.csv', operatorName: '李娟', undo: 'can', counts: { fresh: 2, changed: 1 }, undone: null },
      { undo: 'later', counts: { fresh: 1 } },
    ]);
    expect(await undo(second)).toMatchObject({ ok: true, value: { counts: { ...none, removed: 2, putBack: 1 } } });
    expect(await people()).toMatchObject([{ phoneMasked: '138****8000', address: { room: '1' } }]);
    expect((await desk.scan(documentOf(1))).stage).toMatchObject({ kind: 'person', person: { name: '陈建国' } });
    expect(await past()).toMatchObject([{ undo: 'was', undone: { removed: 2, putBack: 1 } }, { undo: 'can' }]);
    expect(logged('import.undo')).toMatchObject([{ subject: `import:${second}`, detail: { removed: 2, putBack: 1 } }]);
    expect(await undo(second)).toMatchObject({ ok: false, error: { code: 'NOTHING_TO_UNDO' } });
    // The same list again finds a register without it.
    const again = await bring([row(2, '王芳')]);
    expect(await undo(again)).toMatchObject({ ok: true, value: { counts: { removed: 1 } } });
  });

  it('who was tested, changed or stands at the desk since stays, and it is said why', async () => {
    const first = await bring([row(1, '甲一'), row(2, '乙二'), row(3, '丙三'), row(4, '丁四')]);
    await desk.scan(documentOf(1));
    await desk.scan(kit(1));
    const second = await bring([row(2, '乙二', '13900139000'), row(3, '丙三', '13800138003')]);
    expect(await undo(first)).toMatchObject({ ok: false, error: { code: 'IMPORT_NOT_NEWEST' } });
    // Somebody corrects one of them by a third list, which is taken back; the second cannot put back what it did not do.
    expect(await undo(second)).toMatchObject({ ok: true, value: { counts: { ...none, putBack: 2 } } });
    const third = await bring([row(3, '丙三', '13700137000')]);
    expect(await undo(third)).toMatchObject({ ok: true, value: { counts: { putBack: 1 } } });
    desk.clock.pass(3_000);
    await desk.scan(documentOf(4));
    expect(await undo(first)).toMatchObject({
      ok: true,
      value: { counts: { ...none, removed: 2, stayTested: 1, stayAtDesk: 1 } },
    });
    expect((await people()).map(({ nameMasked }) => nameMasked)).toEqual(['甲*', '丁*']);
    expect((await desk.call('tests.list', {} as never)).rows).toHaveLength(1);
  });

  it('is of the same day only, and nobody’s former numbers are kept after it', async () => {
    await bring([row(1, '陈建国', '13800138000')]);
    const second = await bring([row(1, '陈建国', '13900139000')]);
    desk.clock.pass(15 * hour);
    expect(await past()).toMatchObject([{ undo: 'tooLate' }, { undo: 'tooLate' }]);
    expect(await undo(second)).toMatchObject({ ok: false, error: { code: 'UNDO_TOO_LATE' } });
    expect(await undo('nothing')).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
    await desk.reopen({ dataKeyHex: desk.dataKeyHex(), resumeSession: true });
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex(), readonly: true });
    expect(db.prepare('SELECT count(*) FROM import_changes').pluck().get()).toBe(0);
    db.close();
  });

  it('what an import changed of somebody goes with them when they are destroyed', async () => {
    await bring([row(1, '甲一', '13800138000'), row(2, '乙二', '13800138002')]);
    const second = await bring([row(1, '甲一', '13900139000'), row(2, '乙二', '13900139002')]);
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    const kept = db.prepare('SELECT was FROM import_changes').pluck();
    expect(kept.all()).toHaveLength(2);
    db.prepare("DELETE FROM people WHERE name = '甲一'").run();
    expect(kept.all().map((was) => (JSON.parse(String(was)) as { name: string }).name)).toEqual(['乙二']);
    db.close();
    expect(await undo(second)).toMatchObject({ ok: true, value: { counts: { ...none, putBack: 1 } } });
  });

  it('whoever was changed in any other way since stays as they are now', async () => {
    await bring([row(1, '甲一', '13800138000')]);
    const second = await bring([row(1, '甲一', '13900139000'), row(2, '乙二'), row(3, '丙三')]);
    const db = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
    db.prepare("UPDATE people SET phone = '13700137000', updated_at_ms = updated_at_ms + 1 WHERE name <> '丙三'").run();
    db.close();
    expect(await undo(second)).toMatchObject({
      ok: true,
      value: { counts: { ...none, removed: 1, stayEdited: 1, changedSince: 1 } },
    });
    expect((await people()).map(({ phoneMasked }) => phoneMasked)).toEqual(['137****7000', '137****7000']);
  });

  it('one that was broken off is done to its end at the next start', async () => {
    const many = Array.from({ length: 900 }, (_none, n) => `居民${n},,1,${n}`);
    const path = join(desk.folder, 'many.csv');
    writeFileSync(
      path,
      ['姓名,出生日期,楼栋,房号', ...many.map((each) => each.replace(',,', ',1970-01-01,'))].join('\n'),
    );
    const importId = randomUUID();
    await desk.call('imports.preview', { importId, kind: 'roster', path } as never);
    await desk.call('imports.commit', { importId } as never);
    const undoing = undo((await past())[0]?.importId ?? '');
    await new Promise<void>((resolve) => {
      desk.onEvent((event) => {
        if (event === 'imports.progressed') resolve();
      });
    });
    await desk.reopen({ dataKeyHex: desk.dataKeyHex(), resumeSession: true });
    await undoing;
    expect(await people()).toEqual([]);
    expect(await past()).toMatchObject([{ undo: 'was', undoneAtMs: expect.any(Number) }]);
  });
});

describe('imports beside the desk', () => {
  it('somebody who is registered while later rows are staged is there once, and the file’s words are taken', async () => {
    const many = Array.from({ length: 999 }, (_none, n) => row(n, `居民${n}`, '13800138000'));
    const importId = await preview(many);
    let entered: Promise<unknown> | null = null;
    desk.onEvent((event, payload) => {
      const { phase, done } = payload as { phase?: string; done?: number };
      // The first piece, with this very person in it, is staged and seen by nobody.
      if (event === 'imports.progressed' && phase === 'committing' && (done ?? 0) >= 250 && entered === null)
        entered = desk.addPerson(7, { name: '居民7', phone: null });
    });
    const committed = await desk.call('imports.commit', { importId } as never);
    await entered;
    expect(entered).not.toBeNull();
    expect(committed.counts).toMatchObject({ fresh: 998, changed: 1 });
    expect((await desk.call('people.list', {} as never)).total).toBe(999);
    expect((await desk.scan(documentOf(7))).stage).toMatchObject({ kind: 'person', person: { name: '居民7' } });
    // Taken back, whoever the desk has entered stays, as they were entered.
    expect(await undo((await past())[0]?.importId ?? '')).toMatchObject({
      ok: true,
      value: { counts: { removed: 998, putBack: 1 } },
    });
    expect((await desk.call('people.list', {} as never)).rows).toMatchObject([{ phoneMasked: null }]);
  });

  it('more changes than a commit makes at once are all made, also when the power goes in between', async () => {
    const people = (phone: string) => Array.from({ length: 999 }, (_none, n) => row(n, `居民${n}`, phone));
    await bring(people('13800138000'));
    const importId = await preview(people('13900139000'));
    await desk.call('imports.commit', { importId } as never);
    await desk.reopen({ dataKeyHex: desk.dataKeyHex(), resumeSession: true });
    const { rows } = await desk.call('people.list', { limit: 500, offset: 499 } as never);
    expect(new Set(rows.map(({ phoneMasked }) => phoneMasked))).toEqual(new Set(['139****9000']));
    const done = await undo((await past())[0]?.importId ?? '');
    expect(done).toMatchObject({ ok: true, value: { counts: { ...none, putBack: 999 } } });
    const back = await desk.call('people.list', { limit: 500 } as never);
    expect(new Set(back.rows.map(({ phoneMasked }) => phoneMasked))).toEqual(new Set(['138****8000']));
  });

  it('a list that was compared before another came in is compared anew', async () => {
    const first = await preview([row(1, '甲一')]);
    const committing = desk.reply('imports.commit', { importId: first } as never);
    // Read while the first is being staged: the register that it is compared with does not have the first yet.
    const second = await preview([row(1, '甲一'), row(2, '乙二')]);
    expect(await committing).toMatchObject({ ok: true });
    const other = await desk.reply('imports.commit', { importId: second } as never);
    const total = (await desk.call('people.list', {} as never)).total;
    expect(other.ok ? total === 2 : other.error.code === 'IMPORT_GONE' && total === 1).toBe(true);
    expect(await desk.call('people.list', { query: '甲' } as never)).toMatchObject({ total: 1 });
  });
});

it('only whoever may import sees and takes back imports', async () => {
  const first = await bring([row(1, '甲一')]);
  const { operator } = await desk.call('staff.enrol', { name: '王强', role: 'operator', pin: '274951' } as never);
  await desk.call('staff.signIn', { operatorId: operator.id, pin: '274951' } as never);
  expect(await undo(first)).toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } });
  expect(await desk.reply('imports.list', { kind: 'roster' } as never)).toMatchObject({ ok: false });
  await signIn(desk);
  expect(await undo(first)).toMatchObject({ ok: true });
});
