import { isGs1Symbol } from './content.ts';
import type { Decoded } from './decoder.ts';

/**
 * What the desk is given of a picture, as a gun would send it: the symbology identifier before the content where the
 * symbol itself says that it is GS1 or EAN, so that nobody has to guess; the content alone otherwise.
 */
export function scanText({ text, symbology, format }: Decoded): string {
  return isGs1Symbol(symbology) || format === 'ean13' ? symbology + text : text;
}
