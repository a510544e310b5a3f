// @ts-check
/**
 * `npm start`: sets up what is missing, starts the embedded central service and opens the workstation. With no
 * display it runs the scripted day instead.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { startCentral } from './services/central.mjs';
import { runChild } from './services/children.mjs';
import { claim } from './services/claim.mjs';
import { passOn } from './services/electronNoise.mjs';
import { runTool } from './services/tool.mjs';
import { developmentUserData, hasDisplay, isRoot, root, toolEnv } from './setup/places.mjs';
import { preparePackages, prepareRuntime, prepareWindow, sayReady, windowGroups } from './setup/prepare.mjs';
import { runScript, SetupError, say } from './setup/progress.mjs';

/**
 * The workstation runs already, with its central service: a second start only brings its window to the front.
 * @param {string} userData
 */
async function showRunning(userData) {
  say('· The workstation is running already: showing its window');
  const { runtime, env } = await prepareRuntime();
  const args = [root, `--user-data-dir=${userData}`, ...(isRoot() ? ['--no-sandbox'] : [])];
  return runChild(runtime.executable, args, { env: toolEnv(env), stdio: ['ignore', 'inherit', 'ignore'] });
}

async function openWorkstation() {
  const userData = developmentUserData();
  mkdirSync(userData, { recursive: true });
  const held = await claim(userData);
  await preparePackages(windowGroups());
  if (!held) return showRunning(userData);
  const [central, window] = await Promise.allSettled([startCentral(path.join(userData, 'central')), prepareWindow()]);
  try {
    if (window.status === 'rejected') throw window.reason;
    if (central.status === 'rejected') throw central.reason;
    sayReady();
    say(`· Central service on ${central.value.url}, data in ${userData}`);
    const args = [root, `--user-data-dir=${userData}`];
    if (isRoot()) {
      say('· Started by root: Chromium runs without its sandbox');
      args.push('--no-sandbox');
    }
    const env = toolEnv({
      ...window.value.env,
      YICEDA_CENTRAL_URL: central.value.url,
      YICEDA_CENTRAL_TOKEN: central.value.stationToken,
    });
    return await runChild(window.value.runtime.executable, args, {
      env,
      stdio: ['inherit', 'inherit', 'pipe'],
      onStart: (child) => passOn(child.stderr),
    });
  } finally {
    if (central.status === 'fulfilled') await central.value.stop();
  }
}

async function runDay() {
  say('· No display here: running the scripted day on a screen of its own');
  let last = '';
  const code = await runTool('day', [], {
    stdio: ['ignore', 'pipe', 'inherit'],
    onStart: (child) => {
      child.stdout?.setEncoding('utf8').on('data', (text) => {
        process.stdout.write(text);
        last = (last + text).slice(-65_536);
      });
    },
  });
  const folder = path.join(root, 'out', 'day');
  if (code !== 0) throw new SetupError(`The scripted day failed (exit code ${code}).`, `What it left is in ${folder}`);
  const pdf = pdfOf(last);
  say(`· Pictures and figures: ${folder}`);
  if (pdf) say(`· The day's paper: ${path.resolve(root, pdf)}`);
  return 0;
}

/**
 * @param {string} output what the day printed; one JSON line comes last
 * @returns {string | undefined}
 */
function pdfOf(output) {
  try {
    const figures = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '');
    return typeof figures.pdf === 'string' ? figures.pdf : undefined;
  } catch {
    return undefined;
  }
}

await runScript(() => (hasDisplay() ? openWorkstation() : runDay()));
