import { afterEach, beforeEach, expect, it } from 'vitest';
import type { DeskView } from '../../shared/model/desk.ts';
import { documentOf, kit, openDesk, type TestDesk } from './openDesk.ts';

/** A form in the middle of which the desk was locked: it waits for whoever was filling it in, and for nobody else. */
let desk: TestDesk;
let badges: { readonly own: string; readonly other: string };
beforeEach(async () => {
  desk = await openDesk();
  const [first] = (await desk.call('staff.list', {})).operators;
  const printed = await desk.call('staff.badges', { operatorIds: [first?.id ?? ''], renew: false });
  const enrolled = await desk.call('staff.enrol', { name: '王敏', role: 'operator', pin: '7391' });
  badges = { own: printed.badges[0]?.badge ?? '', other: enrolled.badge };
});
afterEach(() => desk.close());

const lock = () => desk.call('staff.lock', {});
/** The form's id, of a document that nobody on the roster holds. */
async function openForm(): Promise<string> {
  const { stage } = await desk.scanLater(documentOf(1));
  if (stage.kind !== 'newPerson') throw new Error(stage.kind);
  return stage.draft.formId;
}
const formOf = ({ stage }: DeskView): string | null => (stage.kind === 'newPerson' ? stage.draft.formId : null);

it('is there again for the same operator, and what the code said still counts', async () => {
  const formId = await openForm();
  const locked = await lock();
  expect(locked.stage).toEqual({ kind: 'idle' });
  expect(formOf(await desk.scanLater(badges.own))).toBe(formId);
  const saved = await desk.addScanned(formId, { name: '陈小雨' });
  expect(saved.stage).toMatchObject({ kind: 'person', person: { name: '陈小雨', documentKind: 'residentId' } });
});

it('is there again after core was started again behind the lock', async () => {
  const formId = await openForm();
  await lock();
  await desk.reopen({ resumeSession: true, dataKeyHex: desk.dataKeyHex() });
  expect(formOf(await desk.scanLater(badges.own))).toBe(formId);
});

it('is gone for good once somebody else has signed in', async () => {
  const formId = await openForm();
  await lock();
  expect((await desk.scanLater(badges.other)).stage).toEqual({ kind: 'idle' });
  expect((await desk.scanLater(badges.own)).stage).toEqual({ kind: 'idle' });
  await expect(desk.addScanned(formId, { name: '陈小雨' })).rejects.toThrow('NOT_ON_STAGE');
});

it('is gone with a change of operator without a lock', async () => {
  await openForm();
  expect((await desk.scanLater(badges.other)).stage).toEqual({ kind: 'idle' });
  expect((await desk.scanLater(badges.own)).stage).toEqual({ kind: 'idle' });
});

it('waits half an hour', async () => {
  await openForm();
  await lock();
  desk.clock.pass(30 * 60_000);
  expect((await desk.scanLater(badges.own)).stage).toEqual({ kind: 'idle' });
});

it('waits without the kit that stood beside it (rule 1)', async () => {
  await desk.scan(kit(1));
  const formId = await openForm();
  await lock();
  const back = await desk.scanLater(badges.own);
  expect(back.stage).toMatchObject({ kind: 'newPerson', kit: null });
  const saved = await desk.addScanned(formId, { name: '陈小雨' });
  expect(saved.stage.kind).toBe('person');
  expect(saved.tally.registered).toBe(0);
});
