import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLog } from '../../../electron/app/log.ts';
import { startWriting } from '../../../electron/app/writeWhole.ts';
import { openRegister } from '../../../electron/db/open.ts';
import { seedOf } from '../kill/seeded.ts';
import { kit, openDesk, passphrase, signIn } from '../openDesk.ts';
import { fillMany } from './diskFull.ts';
import { canMount, smallDisk } from './smallDisk.ts';

/** Needs a file system of its own: root on Linux. */
describe.skipIf(!canMount())('a disk', () => {
  it('full in the middle of commits: refused as such, done by the same request once there is room, nothing doubled', async () => {
    await fillMany(25, seedOf(20_220_414, 'full'));
  });

  it('full at the start: the register waits for room and opens when asked again', async () => {
    const disk = smallDisk(16);
    if (disk === null) return;
    try {
      const desk = await openDesk({ within: disk.folder });
      await desk.bind(1);
      await desk.core().close();
      disk.fill(0);
      await desk.reopen();
      const unlock = () => desk.reply('register.unlock', { passphrase } as never);
      expect(await unlock()).toMatchObject({ ok: false, error: { code: 'DISK_FULL', retryable: true } });
      const refused = await desk.call('station.get', {} as never);
      expect(refused).toMatchObject({ phase: 'refused', refusal: { code: 'DISK_FULL' } });
      disk.empty();
      expect(await desk.call('register.tryAgain', {} as never)).toMatchObject({ phase: 'ready' });
      await signIn(desk);
      expect((await desk.call('tests.list', { query: '', limit: 10 } as never)).total).toBe(1);
      await desk.close();
    } finally {
      disk.close();
    }
  });

  it('full at a desk that nobody touches: it is locked all the same, and goes on once there is room', async () => {
    const disk = smallDisk(16);
    if (disk === null) return;
    try {
      const desk = await openDesk({ within: disk.folder, autoLock: true });
      await desk.bind(1);
      // An emptied -wal has to grow, and cannot.
      const other = openRegister({ file: desk.registerFile, dataKeyHex: desk.dataKeyHex() });
      other.pragma('wal_checkpoint(TRUNCATE)');
      other.close();
      disk.fill(0);
      desk.clock.pass(10 * 60_000);
      const seen = await desk.call('desk.get', {});
      expect(seen).toMatchObject({ operator: null, stage: { kind: 'idle' } });
      expect(await desk.reply('tests.list', {})).toMatchObject({ error: { code: 'NOT_SIGNED_IN' } });
      expect(desk.logged.join()).toContain('desk.lockNotWritten');
      disk.empty();
      await signIn(desk);
      expect((await desk.scan(kit(1))).stage.kind).toBe('test');
      await desk.close();
    } finally {
      disk.close();
    }
  });

  it('read-only: refused as such, untouched, and opened when asked again', async () => {
    const disk = smallDisk(16);
    if (disk === null) return;
    try {
      const desk = await openDesk({ within: disk.folder });
      await desk.bind(1);
      await desk.core().close();
      disk.readOnly(true);
      await desk.reopen();
      const unlock = () => desk.reply('register.unlock', { passphrase } as never);
      expect(await unlock()).toMatchObject({ ok: false, error: { code: 'REGISTER_READ_ONLY', retryable: true } });
      expect((await desk.call('station.get', {} as never)).refusal?.code).toBe('REGISTER_READ_ONLY');
      disk.readOnly(false);
      expect(await desk.call('register.tryAgain', {} as never)).toMatchObject({ phase: 'ready' });
      await signIn(desk);
      expect((await desk.scan(kit(1))).stage.kind).toBe('test');
      await desk.close();
    } finally {
      disk.close();
    }
  });

  it('nearly full: a paper is there whole or not at all, and the log has only whole lines afterwards', async () => {
    const disk = smallDisk(2);
    if (disk === null) return;
    try {
      const log = openLog(join(disk.folder, 'logs'), { maxBytes: 1024 * 1024, files: 5 });
      log.write('app', 'app.start');
      const bytes = Buffer.alloc(300_000, 5);
      // Room for a part: a single write takes that part and says so without an error.
      disk.fill(200_000);
      const target = join(disk.folder, 'day.pdf');
      const half = await startWriting(target);
      await expect(half.fill(bytes)).rejects.toMatchObject({ code: 'ENOSPC' });
      await half.discard();
      disk.fill(0);
      for (let n = 0; n < 2_000; n++) log.write('app', 'app.line', { message: 'x'.repeat(200) });
      disk.empty();
      log.write('app', 'app.end');
      const lines = readFileSync(join(disk.folder, 'logs', 'station.log'), 'utf8')
        .trimEnd()
        .split('\n');
      expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ event: 'app.end' });
      const whole = await startWriting(target);
      await whole.fill(bytes);
      await whole.keep();
      expect(readFileSync(target).equals(bytes)).toBe(true);
    } finally {
      disk.close();
    }
  });
});
