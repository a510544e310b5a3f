import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Every file and folder below `folder` with its size, so that what appeared, went or grew is seen. */
export function treeOf(folder: string): readonly string[] {
  const found: string[] = [];
  const walk = (at: string): void => {
    for (const name of readdirSync(at).sort()) {
      const place = path.join(at, name);
      const { size, mtimeMs, isFolder } = look(place);
      found.push(isFolder ? `${path.relative(folder, place)}/` : `${path.relative(folder, place)} ${size} ${mtimeMs}`);
      if (isFolder) walk(place);
    }
  };
  walk(folder);
  return found;
}

function look(place: string) {
  const { size, mtimeMs } = lstatSync(place);
  return { size, mtimeMs, isFolder: lstatSync(place).isDirectory() };
}
