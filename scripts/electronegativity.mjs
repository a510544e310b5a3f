// @ts-check
/** `npm run electronegativity`: a search of the built program for known weaknesses of Electron programs. Needs npm's registry. */
import path from 'node:path';
import { runChild } from './services/children.mjs';
import { root, toolEnv, toolNode } from './setup/places.mjs';
import { preparePackages, sayReady } from './setup/prepare.mjs';
import { runScript } from './setup/progress.mjs';

await runScript(async () => {
  await preparePackages();
  sayReady();
  return runChild(toolNode(), [path.join(root, 'scripts', 'checks', 'electronegativity.mjs')], {
    cwd: root,
    env: toolEnv(),
  });
});
