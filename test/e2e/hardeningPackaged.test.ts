import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { expect, test } from 'playwright/test';
import { packUnpacked } from '../../scripts/dist/unpacked.mjs';

/** The packaged program itself, made once as `npm run dist` makes it, and started as somebody at the PC could start it. */
test.describe('the packaged program', () => {
  test.skip(process.platform !== 'linux' || process.arch !== 'x64', 'is packed here for Linux on x64 only');
  const root = path.resolve(import.meta.dirname, '..', '..');
  const dist = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? path.join(root, 'node_modules', 'electron', 'dist');
  /** Packaged it insists on the sandbox, which root cannot have: there it comes as far as its first line. */
  const up = process.getuid?.() === 0 ? '"app.start"' : '"core.ready"';
  let folder = '';
  let program = '';

  test.beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'yiceda-packaged-'));
    const cli = createRequire(import.meta.url).resolve('electron-builder/cli.js');
    const code = await packUnpacked(
      {
        dist,
        version: readFileSync(path.join(dist, 'version'), 'utf8').trim().replace(/^v/, ''),
        output: path.join(folder, 'out'),
        binding: process.env['YICEDA_SQLITE_BINDING'],
      },
      async (args) => (await run(process.execPath, [cli, '--publish', 'never', ...args], {})).code ?? 1,
    );
    expect(code).toBe(0);
    program = path.join(folder, 'out', 'linux-unpacked', 'yiceda-station');
  });
  test.afterAll(() => {
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  const start = (
    args: readonly string[],
    more: { readonly env?: Record<string, string>; readonly until?: (output: string, log: string) => boolean } = {},
  ) => {
    const userData = mkdtempSync(path.join(folder, 'data-'));
    const log = path.join(userData, 'logs', 'station.log');
    const logged = (): string => (existsSync(log) ? readFileSync(log, 'utf8') : '');
    const rights = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    return run(program, [...rights, '--disable-gpu', `--user-data-dir=${userData}`, ...args], {
      env: more.env ?? {},
      until: (output) => more.until?.(output, logged()) ?? false,
    }).then((ended) => ({ ...ended, log: logged() }));
  };

  test('has every fuse as the plan of the packaging says: no Node by the back door, only its own archive, whole', async () => {
    const wire = await getCurrentFuseWire(program);
    const state = (option: FuseV1Options) => wire[option];
    expect({
      runAsNode: state(FuseV1Options.RunAsNode),
      cookieEncryption: state(FuseV1Options.EnableCookieEncryption),
      nodeOptions: state(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      inspect: state(FuseV1Options.EnableNodeCliInspectArguments),
      integrity: state(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
      onlyArchive: state(FuseV1Options.OnlyLoadAppFromAsar),
      filePrivileges: state(FuseV1Options.GrantFileProtocolExtraPrivileges),
    }).toEqual({
      runAsNode: FuseState.DISABLE,
      cookieEncryption: FuseState.ENABLE,
      nodeOptions: FuseState.DISABLE,
      inspect: FuseState.DISABLE,
      integrity: FuseState.ENABLE,
      onlyArchive: FuseState.ENABLE,
      filePrivileges: FuseState.DISABLE,
    });
  });

  test('carries the program and what it is made to carry, nothing else', () => {
    const files = listPackage(path.join(path.dirname(program), 'resources', 'app.asar'), { isPack: false });
    const foreign = files.filter(
      (file) => !/^\/(build(\/(electron|renderer)(\/.*)?)?|package\.json|node_modules(\/.*)?)$/.test(file),
    );
    expect(foreign).toEqual([]);
    const kept = new Set(files.flatMap((file) => /^\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []));
    for (const name of ['electron', 'fastify', 'pg', '@electric-sql/pglite', 'playwright', 'vitest', 'sharp'])
      expect(kept.has(name), name).toBe(false);
    expect(files.filter((file) => /\.(map|ts|tsx|test\.js|pem|key|env)$/.test(file))).toEqual([]);
  });

  test('does not start with a switch that opens it to somebody else', async () => {
    for (const name of [
      '--remote-debugging-port=0',
      '--inspect=0',
      '--ignore-certificate-errors',
      '--js-flags=--expose-gc',
    ]) {
      const ended = await start([name]);
      expect(ended.code, name).toBe(64);
      expect(ended.output, name).toContain('is not taken');
      expect(ended.output, name).not.toContain('DevTools listening');
      expect(ended.log, name).toBe('');
    }
  });

  test('is no Node for whoever sets a variable, and runs no script of theirs', async () => {
    const mark = path.join(folder, 'ran');
    const script = path.join(folder, 'theirs.cjs');
    writeFileSync(script, `require('fs').writeFileSync(${JSON.stringify(mark)}, 'x')`);
    const ended = await start([script], {
      env: {
        ELECTRON_RUN_AS_NODE: '1',
        NODE_OPTIONS: `--require=${script}`,
        YICEDA_TEST_CLOCK: '1',
        YICEDA_DEV_SERVER_URL: 'http://127.0.0.1:9/',
        YICEDA_SQLITE_BINDING: script,
        YICEDA_CENTRAL_URL: 'http://127.0.0.1:9/',
        YICEDA_CENTRAL_TOKEN: 'x'.repeat(43),
      },
      until: (_output, log) => log.includes(up),
    });
    expect(existsSync(mark)).toBe(false);
    expect(ended.output).not.toMatch(/Debugger listening|DevTools listening/);
    expect(ended.log, ended.output).toContain('"packaged":true');
  });

  test('starts as itself, packaged, and ends when it is told to', async () => {
    const ended = await start([], { until: (_output, log) => log.includes(up) });
    expect(ended.log, ended.output).toContain('"packaged":true');
    expect(ended.output).not.toMatch(/Debugger listening|DevTools listening/);
  });
});

/** Runs a program until it ends by itself, or is told to once `until` holds; nothing of it is left running. */
function run(
  file: string,
  args: readonly string[],
  how: { readonly env?: Record<string, string>; readonly until?: (output: string) => boolean },
): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env: { ...process.env, ...how.env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const hear = (data: Buffer): void => {
      output += data.toString('utf8');
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    const watch = setInterval(() => {
      if (how.until?.(output) === true) child.kill('SIGTERM');
    }, 100);
    const limit = setTimeout(() => child.kill('SIGKILL'), 45_000);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(watch);
      clearTimeout(limit);
      resolve({ code, output });
    });
  });
}
