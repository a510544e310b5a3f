import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** What a process asked of the disk, in order. Offsets and lengths in bytes. */
export type DiskStep = { readonly file: string } & (
  | { readonly kind: 'write'; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly length: number }
  | { readonly kind: 'sync' }
  | { readonly kind: 'remove' }
);

/** Whether this machine can trace system calls; some containers forbid it. */
export function canTrace(): boolean {
  return spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0;
}

/** strace with what it takes to follow every byte of these files. */
export function tracing(files: readonly string[], output: string): readonly string[] {
  const calls = 'pwrite64,write,fsync,fdatasync,ftruncate,unlink,unlinkat';
  // Whole paths and bytes, as hexadecimal: 70,000 bytes hold the largest page there can be.
  const form = ['-f', '--seccomp-bpf', '-xx', '-y', '-s', '70000', '-e', `trace=${calls}`, '-e', 'signal=none'];
  return ['strace', ...form, ...files.flatMap((file) => ['-P', file]), '-o', output];
}

/** Reads strace's output. A line that says something about our files and is not understood is an error, never skipped. */
export function readTrace(file: string): readonly DiskStep[] {
  const steps: DiskStep[] = [];
  const begun = new Map<string, string>();
  for (const line of readFileSync(file, 'latin1').split('\n')) {
    const at = line.indexOf(' ');
    const pid = line.slice(0, at);
    let call = line.slice(at).trimStart();
    if (call === '' || call.startsWith('+++') || call.startsWith('---')) continue;
    if (call.endsWith('<unfinished ...>')) {
      begun.set(pid, call.slice(0, -'<unfinished ...>'.length));
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>/.exec(call);
    if (resumed !== null) call = (begun.get(pid) ?? '') + call.slice(resumed[0].length);
    const step = readCall(call);
    if (step !== null) steps.push(step);
  }
  return steps;
}

function readCall(call: string): DiskStep | null {
  const result = / = (-?\d+)/.exec(call.slice(call.lastIndexOf(')')))?.[1];
  if (result === undefined) throw new Error(`no result: ${call.slice(0, 80)}`);
  if (Number(result) < 0) return null;
  const name = call.slice(0, call.indexOf('('));
  const path = /[<"]((?:\\x[0-9a-f]{2})+)[>"]/.exec(call)?.[1];
  if (path === undefined) throw new Error(`no path: ${call.slice(0, 80)}`);
  const file = basename(unhex(path).toString());
  switch (name) {
    case 'fsync':
    case 'fdatasync':
      return { kind: 'sync', file };
    case 'unlink':
    case 'unlinkat':
      return { kind: 'remove', file };
    case 'ftruncate':
      return { kind: 'truncate', file, length: Number(/>, (\d+)\s*\)/.exec(call)?.[1]) };
    case 'write':
    case 'pwrite64': {
      const [, text, , offset] = />, "((?:\\x[0-9a-f]{2})*)", (\d+)(?:, (\d+))?\s*\)/.exec(call) ?? [];
      if (text === undefined) throw new Error(`not understood: ${call.slice(0, 300)} … ${call.slice(-80)}`);
      // write() goes on where the last one ended: -1.
      return {
        kind: 'write',
        file,
        at: offset === undefined ? -1 : Number(offset),
        bytes: unhex(text).subarray(0, Number(result)),
      };
    }
    default:
      throw new Error(`not understood: ${call.slice(0, 80)}`);
  }
}

function unhex(text: string): Buffer {
  return Buffer.from(text.replaceAll('\\x', ''), 'hex');
}
