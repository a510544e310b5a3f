// @ts-check
/** `npm run dev`: the workstation with hot reload, beside the embedded central service. */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { startCentral } from './services/central.mjs';
import { runChild } from './services/children.mjs';
import { claim } from './services/claim.mjs';
import { developmentUserData, hasDisplay, isRoot, root, toolEnv, toolNode } from './setup/places.mjs';
import { preparePackages, prepareRuntime, sayReady } from './setup/prepare.mjs';
import { runScript, SetupError } from './setup/progress.mjs';

await runScript(async () => {
  if (!hasDisplay()) {
    throw new SetupError('There is no display to open the window on.', 'Please set DISPLAY, or run: npm run day');
  }
  const userData = developmentUserData();
  mkdirSync(userData, { recursive: true });
  if (!(await claim(userData))) {
    throw new SetupError('The workstation is running already.', 'Please close its window first.');
  }
  await preparePackages(['window']);
  // What is written here in the meantime is no build that `npm start` may trust.
  rmSync(path.join(root, 'build', '.made-from'), { force: true });
  const [central, window] = await Promise.allSettled([startCentral(path.join(userData, 'central')), prepareRuntime()]);
  try {
    if (window.status === 'rejected') throw window.reason;
    if (central.status === 'rejected') throw central.reason;
    sayReady();
    const args = [`--user-data-dir=${userData}`, ...(isRoot() ? ['--no-sandbox'] : [])];
    const serve = path.join(root, 'scripts', 'dev', 'serve.mjs');
    return await runChild(toolNode(), [serve, window.value.runtime.executable, ...args], {
      cwd: root,
      env: toolEnv({
        ...window.value.env,
        YICEDA_CENTRAL_URL: central.value.url,
        YICEDA_CENTRAL_TOKEN: central.value.stationToken,
      }),
    });
  } finally {
    if (central.status === 'fulfilled') await central.value.stop();
  }
});
