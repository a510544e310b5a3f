import { benchCommit } from './deskCommit.ts';
import { benchWindow } from './deskWindow.ts';

/** The desk's speed: a binding's commit beside a bare insert of the same rows, and what a person sees of it. */
export async function benchDesk(): Promise<Readonly<Record<string, number>>> {
  const commit = await benchCommit();
  const window = await benchWindow();
  return { ...commit, ...window };
}
