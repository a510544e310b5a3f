import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kit, openDesk, pin, type TestDesk } from './openDesk.ts';

const minute = 60_000;
const pins = { wang: '3691', li: '7412' } as const;

let desk: TestDesk;
let wang: { id: string; badge: string };
let li: { id: string; badge: string };
let admin: string;
beforeEach(async () => {
  desk = await openDesk({ autoLock: true });
  const { operators } = await desk.call('staff.list', {});
  admin = operators[0]?.id ?? '';
  const enrol = async (name: string, role: string, own: string) => {
    const { operator, badge } = await desk.call('staff.enrol', { name, role, pin: own } as never);
    return { id: operator.id, badge };
  };
  wang = await enrol('王芳', 'supervisor', pins.wang);
  li = await enrol('李伟', 'operator', pins.li);
});
afterEach(() => desk.close());

const signIn = (operatorId: string, own: string) => desk.reply('staff.signIn', { operatorId, pin: own } as never);
const members = async () => (await desk.call('staff.listAll', {})).staff;

describe('a PIN', () => {
  it('is changed by its owner, who knows the former one', async () => {
    await signIn(li.id, pins.li);
    const changePin = (own: string, newPin: string) => desk.reply('staff.changePin', { pin: own, newPin } as never);
    expect(await changePin('0000', '8520')).toMatchObject({ error: { code: 'PIN_WRONG', field: 'pin' } });
    expect(await changePin(pins.li, '1234')).toMatchObject({ error: { code: 'PIN_WEAK', field: 'newPin' } });
    expect((await changePin(pins.li, '8520')).ok).toBe(true);
    await desk.call('staff.lock', {} as never);
    expect(await signIn(li.id, pins.li)).toMatchObject({ error: { code: 'PIN_WRONG' } });
    expect((await signIn(li.id, '8520')).ok).toBe(true);
  });

  it('is given anew by whoever keeps them, which ends their waiting', async () => {
    for (let n = 0; n < 6; n++) await signIn(li.id, '0000');
    expect((await members()).find(({ id }) => id === li.id)?.waitMs).toBeGreaterThan(0);
    await signIn(wang.id, pins.wang);
    const resetPin = (operatorId: string) => desk.reply('staff.resetPin', { operatorId, newPin: '8520' } as never);
    expect(await resetPin(admin)).toMatchObject({ error: { code: 'FORBIDDEN', params: { needs: 'administrator' } } });
    expect((await resetPin(li.id)).ok).toBe(true);
    expect((await signIn(li.id, '8520')).ok).toBe(true);
  });
});

describe('one’s own PIN', () => {
  it('is not given anew at an open desk: whoever sits down there does not know the former one', async () => {
    expect(await desk.reply('staff.resetPin', { operatorId: admin, newPin: '8520' } as never)).toMatchObject({
      error: { code: 'OWN_PIN' },
    });
    await desk.call('staff.lock', {} as never);
    expect((await signIn(admin, pin)).ok).toBe(true);
  });

  it('is guessed no faster by changing it than by signing in', async () => {
    await signIn(li.id, pins.li);
    const waits: unknown[] = [];
    for (let n = 0; n < 5; n++) {
      const reply = await desk.reply('staff.changePin', { pin: '0000', newPin: '8520' } as never);
      waits.push(reply.ok ? null : reply.error.params['waitMs']);
    }
    expect(waits.slice(0, 4)).toEqual([0, 0, 0, 5_000]);
    expect(waits[4]).toBeGreaterThan(0);
    // The wait is that person's, at the sign-in too, and a new start of core does not end it.
    await desk.reopen({ dataKeyHex: desk.dataKeyHex() });
    const refused = await signIn(li.id, pins.li);
    expect(!refused.ok && refused.error.params['waitMs']).toBeGreaterThan(0);
    expect((await signIn(wang.id, pins.wang)).ok).toBe(true);
  });
});

describe('whoever leaves', () => {
  it('does not come in by a PIN that is being checked while they are let go', async () => {
    await desk.scan(li.badge);
    const testId = await desk.bind(1);
    desk.clock.pass(5 * minute);
    await signIn(admin, pin);
    desk.clock.pass(5 * minute);
    const signing = signIn(wang.id, pins.wang);
    // A PIN takes longer to check than letting go.
    await desk.call('staff.letGo', { operatorId: wang.id } as never);
    expect(await signing).toMatchObject({ error: { code: 'NOT_FOUND' } });
    expect((await desk.call('desk.get', {})).operator?.id).toBe(admin);
    expect((await members()).find(({ id }) => id === wang.id)?.endedAtMs).not.toBeNull();
    // Let go twice, they left when they left.
    const { endedAtMs } = (await members()).find(({ id }) => id === wang.id) ?? {};
    desk.clock.pass(minute);
    await desk.call('staff.letGo', { operatorId: wang.id } as never);
    expect((await members()).find(({ id }) => id === wang.id)?.endedAtMs).toBe(endedAtMs);
    expect((await desk.call('tests.get', { testId } as never)).test.boundByName).toBe('李伟');
  });

  it('can do nothing from that moment on, and keeps their name in what they did', async () => {
    await desk.scan(li.badge);
    const testId = await desk.bind(1);
    await signIn(admin, pin);
    await desk.call('staff.letGo', { operatorId: li.id } as never);
    expect(await signIn(li.id, pins.li)).toMatchObject({ error: { code: 'NOT_FOUND' } });
    expect((await desk.scanLater(li.badge)).stage).toMatchObject({ kind: 'refused', code: 'badgeUnknown' });
    expect((await desk.call('staff.list', {})).operators.map(({ id }) => id)).not.toContain(li.id);
    expect((await desk.call('tests.get', { testId } as never)).test.boundByName).toBe('李伟');
    expect((await members()).at(-1)).toMatchObject({ name: '李伟', endedAtMs: expect.any(Number) });
    expect(
      await desk.reply('results.revise', {
        testId,
        outcome: 'invalid',
        reason: { code: 'misread', text: '' },
        approval: { badge: li.badge, pin: pins.li, reason: '还在' },
      } as never),
    ).toMatchObject({ error: { code: 'APPROVAL_REFUSED' } });
    expect(await desk.reply('staff.badges', { operatorIds: [li.id], renew: false } as never)).toMatchObject({
      error: { code: 'NOT_FOUND' },
    });

    // Back again: with the PIN, and with a badge that must be printed anew.
    await desk.call('staff.takeBack', { operatorId: li.id } as never);
    expect((await desk.scanLater(li.badge)).stage).toMatchObject({ kind: 'refused', code: 'badgeUnknown' });
    const { badges } = await desk.call('staff.badges', { operatorIds: [li.id], renew: false } as never);
    expect((await desk.scanLater(badges[0]?.badge ?? '')).operator?.id).toBe(li.id);
    expect((await signIn(li.id, pins.li)).ok).toBe(true);
  });

  it('is never the last administrator; one of two may go, and the desk is locked behind them', async () => {
    const letGo = (operatorId: string) => desk.reply('staff.letGo', { operatorId } as never);
    expect(await letGo(admin)).toMatchObject({ error: { code: 'LAST_ADMINISTRATOR' } });
    await desk.call('staff.enrol', { name: '赵敏', role: 'administrator', pin: '9517' } as never);
    expect(await letGo(admin)).toMatchObject({ ok: true, value: { operator: null } });
    expect(await signIn(admin, pin)).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });

  it('is let go by those who may keep them', async () => {
    await signIn(wang.id, pins.wang);
    for (const method of ['staff.letGo', 'staff.takeBack'] as const)
      expect(await desk.reply(method, { operatorId: admin } as never)).toMatchObject({ error: { code: 'FORBIDDEN' } });
    expect((await desk.reply('staff.letGo', { operatorId: li.id } as never)).ok).toBe(true);
  });
});

describe('a desk that nobody touches', () => {
  it('locks itself, so that what comes too late is refused; whoever was waiting waits no longer', async () => {
    await desk.addPerson(1);
    desk.clock.pass(10 * minute - 1);
    expect((await desk.call('desk.get', {})).operator).not.toBeNull();
    // Looking at it keeps nobody signed in.
    desk.clock.pass(1);
    expect(await desk.reply('tests.list', {} as never)).toMatchObject({ error: { code: 'NOT_SIGNED_IN' } });
    expect((await desk.scan(kit(1))).stage).toMatchObject({ kind: 'refused', code: 'signInFirst' });
    await signIn(admin, pin);
    expect((await desk.call('desk.get', {})).stage.kind).toBe('idle');
  });

  it('was left when nobody was there any more, not when a machine that slept wakes up', async () => {
    await desk.scan(li.badge);
    desk.clock.pass(8 * 60 * minute);
    expect((await desk.call('desk.get', {})).operator).toBeNull();
    await signIn(admin, pin);
    const { shifts } = await desk.call('staff.listAll', {});
    expect(shifts[1]).toMatchObject({
      operatorName: '李伟',
      endedBy: 'idle',
      toMs: (shifts[1]?.fromMs ?? 0) + 10 * minute,
    });
  });

  it('is locked for a session that is taken up again too late, also from the command line', async () => {
    await desk.scan(li.badge);
    desk.clock.pass(9 * minute);
    await desk.reopen({ resumeSession: true, dataKeyHex: desk.dataKeyHex() });
    expect((await desk.call('desk.get', {})).operator?.id).toBe(li.id);
    desk.clock.pass(minute);
    await desk.reopen({ resumeSession: true, dataKeyHex: desk.dataKeyHex() });
    expect(await desk.reply('tests.list', {} as never)).toMatchObject({ error: { code: 'NOT_SIGNED_IN' } });
  });

  it('does so without any call, and tells the screen', async () => {
    desk.emitted.length = 0;
    desk.clock.pass(10 * minute);
    await expect
      .poll(() => desk.emitted.map(({ event }) => event), { timeout: 20_000, interval: 100 })
      .toContain('desk.changed');
    expect((await desk.call('desk.get', {})).operator).toBeNull();
  });

  it('stays open while somebody works or moves the mouse, and where the site wants it never to', async () => {
    for (let n = 0; n < 3; n++) {
      desk.clock.pass(9 * minute);
      await desk.call('desk.touch', {});
    }
    desk.clock.pass(9 * minute);
    await desk.addPerson(1);
    desk.clock.pass(9 * minute);
    expect((await desk.call('desk.get', {})).operator?.id).toBe(admin);
    const settings = await desk.call('settings.get', {} as never);
    await desk.call('settings.set', { settings: { ...settings, autoLockMin: null } } as never);
    desk.clock.pass(1_000 * minute);
    expect((await desk.call('desk.get', {})).operator?.id).toBe(admin);
  });
});

describe('a shift', () => {
  it('belongs to who sat there, from when to when, with how it ended', async () => {
    await desk.scan(li.badge);
    desk.clock.pass(3 * minute);
    await desk.scan(wang.badge);
    desk.clock.pass(3 * minute);
    await desk.call('staff.lock', {} as never);
    await signIn(li.id, pins.li);
    desk.clock.pass(11 * minute);
    await desk.call('desk.get', {});
    await signIn(admin, pin);
    const { shifts } = await desk.call('staff.listAll', {});
    expect(shifts.map(({ operatorName, endedBy }) => [operatorName, endedBy])).toEqual([
      ['李娟', null],
      ['李伟', 'idle'],
      ['王芳', 'lock'],
      ['李伟', 'change'],
      ['李娟', 'change'],
    ]);
    expect(shifts[3]).toMatchObject({ toMs: (shifts[3]?.fromMs ?? 0) + 3 * minute });
    await desk.reopen({ dataKeyHex: desk.dataKeyHex() });
    await signIn(admin, pin);
    const again = await desk.call('staff.listAll', {});
    expect(again.shifts.slice(0, 2).map(({ operatorName, endedBy }) => [operatorName, endedBy])).toEqual([
      ['李娟', null],
      ['李娟', 'restart'],
    ]);
  });
});
