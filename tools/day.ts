/**
 * A working day in the real window, by OS-level key events as a gun sends them: set up, roster and manifest imported,
 * two hundred people bound with the mistakes of a real queue, the network cut for the middle third, results read in their
 * windows, uploaded, the day summary made. Leaves pictures, PDF and figures in `out/day/` and prints one JSON line last.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localDay } from '../shared/time.ts';
import { findInClear } from './day/clear.ts';
import { deskOf } from './day/desk.ts';
import { type DayResult, disagreements, takeFigures } from './day/figures.ts';
import { rosterFile } from './day/people.ts';
import { boundTarget, planDay } from './day/plan.ts';
import {
  addProduct,
  importFile,
  makePdf,
  picturesOfTheRest,
  reviseInResults,
  uploadAll,
  walkThroughWizard,
} from './day/screens.ts';
import { runMorning, runReadings } from './day/script.ts';
import { startCentral } from './hosts/central.ts';
import { focusWindowOf } from './hosts/gun.ts';
import { openWorkstation, outFolder, windowTitle } from './hosts/window.ts';

const out = outFolder('day');

function say(text: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)}  ${text}\n`);
}

async function main(): Promise<DayResult> {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(out, 'pictures'), { recursive: true });
  const plan = planDay(localDay(Date.now(), 'Asia/Shanghai'));
  const rosterPath = join(out, 'roster-gb18030.csv');
  const manifestPath = join(out, 'manifest.csv');
  writeFileSync(rosterPath, rosterFile(plan.people));
  writeFileSync(manifestPath, plan.manifestFile);

  const temporary = join(out, 'tmp');
  mkdirSync(temporary);

  say('the central service starts');
  const centralFolder = join(out, 'central');
  let central = await startCentral(centralFolder);
  const opened = await openWorkstation(join(out, 'station'), {
    YICEDA_TEST_CLOCK: '1',
    TMPDIR: temporary,
    YICEDA_CENTRAL_URL: central.url,
    YICEDA_CENTRAL_TOKEN: central.token,
  });
  const { app, page } = opened;
  const picture = async (name: string) => {
    await page.screenshot({ path: join(out, 'pictures', `${name}.png`) });
  };
  try {
    await page.setViewportSize({ width: 1366, height: 768 });
    await focusWindowOf(windowTitle);
    say('the first-run wizard');
    await walkThroughWizard(page, picture);
    const desk = deskOf(page);
    await picture('desk-idle');

    say('product, roster of 2,000 people in GB18030, kit manifest');
    await addProduct(desk);
    await importFile(app, page, 'people', rosterPath, picture);
    await importFile(app, page, 'kits', manifestPath, picture);

    say(`${boundTarget} people are bound; the network is cut for the middle third`);
    const session = await runMorning(desk, page, plan, picture, {
      cut: async () => {
        await central.stop();
        say('network cut');
      },
      restore: async () => {
        central = await startCentral(centralFolder);
        say('network back');
      },
    });
    say('fifteen minutes later: results are read');
    await runReadings(desk, page, plan, session, picture);
    await reviseInResults(page, plan, session, picture);

    say('upload, day summary, PDF');
    await uploadAll(desk, page, picture);
    const pdf = join(out, 'day-summary.pdf');
    await makePdf(app, page, pdf, picture);
    await picturesOfTheRest(page, picture);
    // While it runs: register, WAL and temporary files as a thief would find them.
    const inClear = findInClear([join(out, 'station'), temporary], plan, session.kits);
    const figures = await takeFigures(desk, central, {
      pdf,
      register: join(out, 'station', 'register', 'register.db'),
    });
    const result = { ...figures, inClear };
    writeFileSync(join(out, 'figures.json'), `${JSON.stringify(result, null, 2)}\n`);
    return result;
  } catch (error) {
    await picture('where-it-failed').catch(() => {});
    throw error;
  } finally {
    await app.close();
    await central.stop();
  }
}

const result = await main();
const wrong = disagreements(result, readFileSync(result.pdf).subarray(0, 5).toString());
for (const line of wrong) say(`DISAGREES: ${line}`);
if (wrong.length > 0) process.exitCode = 1;
process.stdout.write(`${JSON.stringify(result)}\n`);
