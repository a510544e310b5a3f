import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A real Chinese input method (ibus with libpinyin) on this test's own message bus and home folder. */
export type InputMethod = {
  /** What a program needs in its environment to be under it. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends it with everything that it has started. */
  readonly stop: () => Promise<void>;
};

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

/** Tries until it succeeds or `limitMs` have passed; gives the last failure then. */
async function until<T>(limitMs: number, act: () => Promise<T>): Promise<T> {
  const endMs = Date.now() + limitMs;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (Date.now() > endMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Starts the bus and the daemon and turns pinyin on; throws where one of them is missing or does not come up. */
export async function startInputMethod(): Promise<InputMethod> {
  const home = mkdtempSync(path.join(os.tmpdir(), 'yiceda-ibus-'));
  const runtime = path.join(home, 'run');
  mkdirSync(runtime, { mode: 0o700 });
  const busAddress = `unix:path=${path.join(runtime, 'bus')}`;
  const env: Record<string, string> = {
    HOME: home,
    XDG_RUNTIME_DIR: runtime,
    XDG_CONFIG_HOME: path.join(home, '.config'),
    XDG_CACHE_HOME: path.join(home, '.cache'),
    XDG_DATA_HOME: path.join(home, '.local', 'share'),
    // Settings stay in memory: no other helper has to be started for them.
    GSETTINGS_BACKEND: 'memory',
    DBUS_SESSION_BUS_ADDRESS: busAddress,
    GTK_IM_MODULE: 'ibus',
    QT_IM_MODULE: 'ibus',
    XMODIFIERS: '@im=ibus',
  };
  const whole = { ...process.env, ...env };
  const children: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    // The daemon first: it takes its engine with it.
    for (const child of children.reverse()) await ended(child);
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  const start = (program: string, args: readonly string[]): void => {
    const child = spawn(program, args, { env: whole, stdio: 'ignore' });
    // What cannot be started shows below, when nothing answers.
    child.on('error', () => undefined);
    children.push(child);
  };
  try {
    start('dbus-daemon', ['--session', '--nofork', '--nopidfile', `--address=${busAddress}`]);
    await until(10_000, () =>
      run(
        'dbus-send',
        [
          '--session',
          '--dest=org.freedesktop.DBus',
          '--type=method_call',
          '--print-reply',
          '/',
          'org.freedesktop.DBus.ListNames',
        ],
        { env: whole },
      ),
    );
    start('ibus-daemon', ['--replace', '--xim', '--panel=disable', '--emoji-extension=disable']);
    await until(20_000, async () => {
      // It answers 1 even where it has done it: what counts is what is on afterwards.
      await run('ibus', ['engine', 'libpinyin'], { env: whole }).catch(() => undefined);
      const { stdout } = await run('ibus', ['engine'], { env: whole });
      if (stdout.trim() !== 'libpinyin') throw new Error(`the input method is ${stdout.trim()}`);
    });
    return { env, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
