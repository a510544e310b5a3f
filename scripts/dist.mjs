// @ts-check
/**
 * `npm run dist`: the installers for this system; arguments go to electron-builder (`npm run dist -- --win`).
 * Where only the stand-in runtime can be had it makes the unpacked program alone, to try the packaging out.
 */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runChild } from './services/children.mjs';
import { root, toolEnv, toolNode } from './setup/places.mjs';
import { preparePackages, prepareWindow, sayReady } from './setup/prepare.mjs';
import { runScript, say } from './setup/progress.mjs';

/** @param {readonly string[]} args */
function electronBuilder(args) {
  const cli = path.join(root, 'node_modules', 'electron-builder', 'cli.js');
  return runChild(toolNode(), [cli, '--publish', 'never', ...args], { cwd: root, env: toolEnv() });
}

/**
 * @param {import('./setup/electronRuntime.mjs').Runtime} runtime
 * @param {string | undefined} binding
 */
async function packStandIn(runtime, binding) {
  const output = path.join(root, 'dist', 'not-for-shipping');
  rmSync(output, { recursive: true, force: true });
  const copy = mkdtempSync(path.join(os.tmpdir(), 'yiceda-dist-'));
  try {
    cpSync(runtime.dist, copy, { recursive: true });
    // A packaged program must not carry a default app that starts anything else.
    rmSync(path.join(copy, 'resources', 'default_app.asar'), { force: true });
    rmSync(path.join(copy, '.made-from'), { force: true });
    const code = await electronBuilder([
      ...['--linux', 'dir', '--x64'],
      ...[`-c.electronDist=${copy}`, `-c.electronVersion=${runtime.version}`, `-c.directories.output=${output}`],
    ]);
    if (code !== 0) return code;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  // A packaged program takes no path from its environment, so the stand-in's SQLite takes the place of the usual one.
  const prebuilds = ['linux-unpacked', 'resources', 'app.asar.unpacked', 'node_modules', 'better-sqlite3', 'prebuilds'];
  if (binding) cpSync(binding, path.join(output, ...prebuilds, 'linux-x64.node'));
  writeFileSync(
    path.join(output, 'NOT-FOR-SHIPPING.txt'),
    `Made with the stand-in runtime (Electron ${runtime.version}) to try the packaging out. Do not hand it on.\n`,
  );
  say(`! Made with the stand-in runtime, not for shipping: ${output}`);
  return 0;
}

await runScript(async () => {
  await preparePackages(['window']);
  const { runtime, binding } = await prepareWindow();
  sayReady();
  return runtime.kind === 'standIn' ? packStandIn(runtime, binding) : electronBuilder(process.argv.slice(2));
});
