// @ts-check
/**
 * `npm run dist`: the installers for this system; arguments go to electron-builder (`npm run dist -- --win`).
 * Where only the stand-in runtime can be had it makes the unpacked program alone, to try the packaging out.
 */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packUnpacked } from './dist/unpacked.mjs';
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
  const code = await packUnpacked({ dist: runtime.dist, version: runtime.version, output, binding }, electronBuilder);
  if (code !== 0) return code;
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
