// @ts-check
import { say } from '../setup/progress.mjs';

/** Chromium's complaints about a message bus that a plain desktop may lack; harmless, and many. */
const busNoise = /ERROR:(dbus\/)?(bus|object_proxy)\.cc/;

/** What Chromium says before it gives up where the system forbids its sandbox to ordinary users. */
const sandboxRefused = /SUID sandbox helper|No usable sandbox/;
const sandboxAdvice =
  '  Chromium may not start its sandbox on this system. Please run: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0';

/**
 * Passes a window's stderr on, without that noise.
 * @param {import('node:stream').Readable | null} stream
 */
export function passOn(stream) {
  let rest = '';
  stream?.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.trim() === '' || busNoise.test(line)) continue;
      say(line);
      if (sandboxRefused.test(line)) say(sandboxAdvice);
    }
  });
}
