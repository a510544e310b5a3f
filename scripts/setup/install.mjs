// @ts-check
/** The npm packages, exactly as the lock file says. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { lastLines, npm } from './command.mjs';
import { root } from './places.mjs';
import { announce, SetupError } from './progress.mjs';
import { fingerprint, readStamp, writeStamp } from './stamp.mjs';

const stampFile = path.join(root, 'node_modules', '.yiceda-installed');

/**
 * Installs when there are no packages yet or the lock file has changed since.
 * @returns {Promise<boolean>} true when it had something to do
 * @throws {SetupError}
 */
export async function installPackages() {
  const wanted = fingerprint(root, ['package-lock.json']);
  if (readStamp(stampFile) === wanted) return false;
  announce('Installing the packages (about half a minute)');
  // A production setting of the environment must not leave out what builds and tests need.
  const done = await npm(['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'], { cwd: root });
  if (done.code !== 0 || !existsSync(path.join(root, 'node_modules'))) {
    // npm says first what is wrong and then how to use it.
    const errors = done.output.split('\n').filter((line) => line.startsWith('npm error'));
    const why = errors.length > 0 ? errors.slice(0, 10).join('\n  ') : lastLines(done.output);
    throw new SetupError(
      `npm could not install the packages:\n  ${why}`,
      done.output.includes('code EUSAGE')
        ? 'package.json and package-lock.json do not go together: npm install, then node scripts/completeLock.mjs.'
        : 'Please check that the npm registry can be reached (npm ping), then run the command again.',
    );
  }
  writeStamp(stampFile, wanted);
  return true;
}
