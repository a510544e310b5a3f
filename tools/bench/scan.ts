import { benchPaints } from './deskWindow.ts';
import { benchScanDecode } from './scanDecode.ts';
import { benchParse } from './scanParse.ts';

/** The scan's speed: what noise costs to read, decoding a frame by each engine, and end of scan to painted outcome. */
export async function benchScan(): Promise<Readonly<Record<string, number>>> {
  const parse = benchParse();
  const decode = await benchScanDecode();
  const paint = await benchPaints();
  return { ...parse, ...decode, ...paint };
}
