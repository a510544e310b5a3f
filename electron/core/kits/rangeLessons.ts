import { type Span, sizeOf, textAt } from '../../../shared/codes/kitSpan.ts';
import type { PatternPart } from '../../db/patterns.ts';

type Lesson = { readonly productId: string; readonly lotId: string | null; readonly part: PatternPart };
type Taught = { readonly add: (lesson: Lesson & { readonly text: string }, count?: number) => void };

/** Serials of a range that are looked at: enough for its beginnings and for which places change. */
const samples = 12;

/** What a range of serials teaches: as much as its serials one by one, in a dozen steps. */
export function addRange(learner: Taught, lesson: Lesson, serialHead: string, span: Span): void {
  const size = sizeOf(span);
  const numbers = new Set<number>();
  if (size <= samples) for (let n = span.first; n <= span.last; n += 1) numbers.add(n);
  else {
    for (let step = 0; step < samples; step += 1)
      numbers.add(span.first + Math.floor((step * (size - 1)) / (samples - 1)));
    // The ends of each place that changes: equal by chance in all samples, it would pass for one that never does.
    for (let unit = 1; unit < size; unit *= 10) numbers.add(span.first + unit);
  }
  let rest = size;
  for (const number of numbers) {
    rest -= 1;
    learner.add({ ...lesson, text: textAt(serialHead, span.width, number) });
  }
  // The others count as one that was seen.
  if (rest > 0) learner.add({ ...lesson, text: textAt(serialHead, span.width, span.last) }, rest);
}
