import { classify } from './classify.ts';
import type { CodeReading } from './codeKinds.ts';
import { contentOf, halfWidth } from './plainText.ts';

/** What a code is when it is known to stand on a kit: a shape that could also be a permit's or a GTIN's is a serial. */
export function readKitCode(text: string, day: string): CodeReading {
  const prefix = halfWidth(contentOf(text));
  return classify(text, { today: day, patterns: [{ prefix, length: prefix.length }] });
}
