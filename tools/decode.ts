import { stdout } from 'node:process';
import { decodeFiles } from './decode/decodeFiles.ts';
import { imageFiles } from './decode/imageFiles.ts';

/**
 * `decode PATH…`: every picture in a folder (and below it), or a single file, read by the program's own decoder; one
 * JSON line each, in the order of the names. Exit code 2 when there is no such folder or file.
 */
async function main(): Promise<void> {
  const places = process.argv.slice(2);
  if (places.length === 0) {
    console.error('decode: name a folder with pictures, or a picture');
    process.exitCode = 2;
    return;
  }
  // Whoever reads us may stop early (`| head`): that is no fault.
  stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  for (const place of places) {
    const files = await imageFiles(place);
    if (files === null) {
      console.error(`decode: there is no folder or file ${place}`);
      process.exitCode = 2;
      continue;
    }
    for await (const line of decodeFiles(files)) stdout.write(`${JSON.stringify(line)}\n`);
  }
}

await main();
