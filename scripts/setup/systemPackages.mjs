// @ts-check
/** What the system must have beside npm's packages: libraries, fonts, a screen to draw on, what stands for guns in tests, a compiler, PostgreSQL. */
import { existsSync } from 'node:fs';
import { capture, lastLines } from './command.mjs';
import { isRoot } from './places.mjs';
import { announce, SetupError, say } from './progress.mjs';

/**
 * What each group needs. Names separated by `|` stand for one another: newer releases of Debian and Ubuntu
 * have renamed some libraries.
 * @type {Record<string, readonly string[]>}
 */
const groups = {
  window: [
    'libgtk-3-0t64|libgtk-3-0',
    'libnss3',
    'libasound2t64|libasound2',
    'libgbm1',
    'libxss1',
    'libxtst6',
    'libnotify4',
    // HID guns.
    'libusb-1.0-0',
    'fonts-noto-cjk',
  ],
  screen: ['xvfb', 'xdotool', 'poppler-utils'],
  guns: ['socat', 'ibus', 'ibus-libpinyin', 'ibus-gtk3', 'dbus', 'dbus-x11'],
  unpack: ['unzip'],
  compiler: ['g++', 'gcc', 'libc6-dev'],
  // Certificates for tests are made by openssl.
  database: ['postgresql', 'openssl'],
};

/** @typedef {'window' | 'screen' | 'guns' | 'unpack' | 'compiler' | 'database'} Group */

/**
 * Which of the wanted packages are missing.
 * @param {readonly string[]} wanted names, alternatives separated by `|`
 * @param {ReadonlySet<string>} installed
 * @returns {string[]}
 */
export function missingPackages(wanted, installed) {
  return wanted.filter((names) => !names.split('|').some((name) => installed.has(name)));
}

/**
 * @param {string} text dpkg-query's lines: `ii  name`, with other letters where it is not wholly installed
 * @returns {Set<string>}
 */
export function installedPackages(text) {
  const found = new Set();
  for (const line of text.split('\n')) {
    const [state, name] = line.split(/\s+/);
    if (state === 'ii' && name) found.add(name);
  }
  return found;
}

/**
 * Installs what is missing when root on Debian or Ubuntu; otherwise names the one line to run and goes on:
 * what cannot do without says so itself, in its own place.
 * @param {readonly Group[]} wantedGroups
 * @returns {Promise<void>}
 * @throws {SetupError} when an installation was tried and failed
 */
export function installSystemPackages(wantedGroups) {
  // One at a time: the package manager allows no second run beside the first.
  const turn = last.then(() => installMissing(wantedGroups));
  last = turn.catch(() => undefined);
  return turn;
}

/** @type {Promise<void>} */
let last = Promise.resolve();

/** @param {readonly Group[]} wantedGroups */
async function installMissing(wantedGroups) {
  if (process.platform !== 'linux') return;
  if (!existsSync('/usr/bin/dpkg-query')) return;
  const wanted = [...new Set(wantedGroups.flatMap((group) => groups[group] ?? []))];
  if (wanted.length === 0) return;
  const names = wanted.flatMap((each) => each.split('|'));
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
  const listed = await capture('dpkg-query', ['-W', '-f', '${db:Status-Abbrev} ${Package}\n', ...names]);
  const missing = missingPackages(wanted, installedPackages(listed.stdout));
  if (missing.length === 0) return;
  if (!isRoot()) {
    const line = missing.map((each) => each.split('|').at(-1)).join(' ');
    say(`! Missing on this system: ${line}`);
    say(`  Please run: sudo apt-get update && sudo apt-get install -y --no-install-recommends ${line}`);
    return;
  }
  announce(`Installing from the system's packages: ${missing.map((each) => each.split('|').at(-1)).join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  // A second set-up on the same machine may hold the package lock: wait for it rather than fail.
  const wait = ['-o', 'DPkg::Lock::Timeout=300'];
  const updated = await capture('apt-get', [...wait, 'update'], { env });
  const known = await capture('apt-cache', ['pkgnames'], { env });
  const available = new Set(known.stdout.split('\n'));
  const chosen = missing.map(
    (each) => each.split('|').find((name) => available.has(name)) ?? each.split('|').at(-1) ?? each,
  );
  const done = await capture('apt-get', [...wait, 'install', '-y', '--no-install-recommends', ...chosen], { env });
  if (done.code !== 0) {
    const why = updated.code === 0 ? done.output : `${updated.output}\n${done.output}`;
    throw new SetupError(
      `The system's packages could not be installed:\n  ${lastLines(why)}`,
      `Please run: apt-get update && apt-get install -y --no-install-recommends ${chosen.join(' ')}`,
    );
  }
}
