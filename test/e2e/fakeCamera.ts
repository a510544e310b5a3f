import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import bwipjs from 'bwip-js/node';
import type { ElectronApplication, Page } from 'playwright/test';
import sharp from 'sharp';

const width = 1280;
const height = 720;
/** Chromium plays a file of JPEGs at this many pictures a second, over and over. */
const framesPerSecond = 30;

type Code = { readonly bcid: 'qrcode' | 'gs1datamatrix' | 'ean13' | 'code128'; readonly text: string };

/** The GS1 content of a gun's text as bwip-js takes it: `(01)…(10)…`, for the AIs that sample kits carry. */
export function bracketed(gunText: string): string {
  const [first = '', serial] = gunText.split('\u001D21');
  const match = /^\]d201(\d{14})17(\d{6})10(.+)$/.exec(first);
  if (match === null || serial === undefined) throw new Error('not the code of a sample kit');
  const [, gtin, expiry, lot] = match;
  return `(01)${gtin}(17)${expiry}(10)${lot}(21)${serial}`;
}

/** A code on a card, a little askew, as it is held before a camera; without a code, the empty table. */
export async function pictureOf(code: Code | null, format: 'jpeg' | 'png' = 'jpeg'): Promise<Buffer> {
  const table = sharp({ create: { width, height, channels: 3, background: '#8d918a' } });
  if (code !== null) {
    const drawn = await bwipjs.toBuffer({ ...code, scale: 6, padding: 12, backgroundcolor: 'f4f2ec' });
    const card = await sharp(drawn)
      .resize({ width: 620, height: 400, fit: 'inside' })
      .rotate(4, { background: '#8d918a' })
      .png()
      .toBuffer();
    table.composite([{ input: card, gravity: 'centre' }]);
  }
  const flat = await table.png().toBuffer();
  return sharp(flat).blur(0.6).toFormat(format, { quality: 85 }).toBuffer();
}

/** What the camera sees, one after the other, for so many seconds each; then from the beginning. */
export async function filmOf(
  file: string,
  scenes: readonly { readonly code: Code | null; readonly seconds: number }[],
): Promise<string> {
  const film = createWriteStream(file);
  for (const { code, seconds } of scenes) {
    const frame = await pictureOf(code);
    for (let n = 0; n < seconds * framesPerSecond; n++) film.write(frame);
  }
  film.end();
  await finished(film);
  return path.resolve(file);
}

/** Chromium's own camera of no hardware, showing the film; permissions stay the program's. */
export function cameraArgs(film: string): readonly string[] {
  return ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film}`];
}

declare global {
  interface Window {
    cameraWatch?: { readonly asked: MediaStreamConstraints[]; readonly tracks: MediaStreamTrack[] };
  }
}

/** Keeps what the page asks the system for and every track that it gets, without changing either. */
export async function watchCamera(page: Page): Promise<void> {
  await page.evaluate(() => {
    const asked: MediaStreamConstraints[] = [];
    const tracks: MediaStreamTrack[] = [];
    const { mediaDevices } = navigator;
    const real = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = async (constraints) => {
      asked.push(constraints ?? {});
      const stream = await real(constraints);
      tracks.push(...stream.getTracks());
      return stream;
    };
    window.cameraWatch = { asked, tracks };
  });
}

/** The states of all tracks that the page has ever got. */
export function trackStates(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => (window.cameraWatch?.tracks ?? []).map(({ readyState }) => readyState));
}

/** The clipboard of the older Electron that the tests may run on. */
type OlderClipboard = { readonly writeImage?: (image: unknown) => void };

/** Puts a picture on the system's clipboard. */
export async function copyPicture(app: ElectronApplication, png: Buffer): Promise<void> {
  await app.evaluate(async ({ clipboard, ClipboardItem, nativeImage }, base64) => {
    const bytes = Buffer.from(base64, 'base64');
    const older = clipboard as OlderClipboard;
    if (older.writeImage !== undefined) older.writeImage(nativeImage.createFromBuffer(bytes));
    else await clipboard.write([new ClipboardItem({ 'image/png': new Blob([bytes], { type: 'image/png' }) })]);
  }, png.toString('base64'));
}
