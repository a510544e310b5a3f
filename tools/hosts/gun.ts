import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * A scanner gun as the system sees one: a keyboard. Types `text` into whatever has the focus by OS-level key events,
 * `paceMs` a key, GS as Ctrl+], and Enter at the end.
 */
export async function scanWithGun(text: string, paceMs: number): Promise<void> {
  const commands: string[] = [];
  for (const [index, part] of text.split('\u001D').entries()) {
    if (index > 0) commands.push('key', '--clearmodifiers', 'ctrl+bracketright');
    if (part !== '') commands.push('type', '--clearmodifiers', '--delay', String(paceMs), '--args', '1', part);
  }
  await run('xdotool', [...commands, 'key', 'Return']);
}

/** One key, by its X name (`F5`, `Escape`). */
export async function pressKey(name: string): Promise<void> {
  await run('xdotool', ['key', name]);
}

/** Gives the keyboard to the window of this process; without a window manager nobody else does. */
export async function focusWindowOf(title: string): Promise<void> {
  const { stdout } = await run('xdotool', ['search', '--sync', '--onlyvisible', '--name', title]);
  const [id] = stdout.trim().split('\n');
  if (id === undefined) throw new Error(`no window called ${title}`);
  await run('xdotool', ['windowfocus', '--sync', id]);
}
