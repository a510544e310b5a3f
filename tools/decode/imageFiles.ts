import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

const imageName = /\.(png|jpe?g|webp|gif|bmp|tiff?)$/i;

export type ImageFile = {
  /** Where it is. */
  readonly place: string;
  /** Its name inside the folder that was asked for, with `/` between folders. */
  readonly name: string;
};

/**
 * The pictures in a folder and below it, by their extension, sorted by name; or the one file that was named, whatever it
 * is called. Null when there is neither.
 */
export async function imageFiles(place: string): Promise<readonly ImageFile[] | null> {
  let isFolder: boolean;
  try {
    isFolder = (await stat(place)).isDirectory();
  } catch {
    return null;
  }
  if (!isFolder) return [{ place, name: path.basename(place) }];
  const files = await below(place, '');
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function below(folder: string, inside: string): Promise<ImageFile[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  const files: ImageFile[] = [];
  for (const entry of entries) {
    const place = path.join(folder, entry.name);
    const name = inside + entry.name;
    // A link to a folder is not followed: it may lead in a circle.
    if (entry.isDirectory()) files.push(...(await below(place, `${name}/`)));
    else if (imageName.test(entry.name) && (entry.isFile() || (await isFileBehind(place)))) files.push({ place, name });
  }
  return files;
}

async function isFileBehind(link: string): Promise<boolean> {
  try {
    return (await stat(link)).isFile();
  } catch {
    return false;
  }
}
