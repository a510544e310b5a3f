import type { PatternRow } from '../../db/patterns.ts';
import type { Shape } from './shape.ts';

/** Codes that look alike: same product, lot, part, length and beginning. `head` is empty where beginnings say nothing. */
export type Group = Omit<PatternRow, 'shape' | 'enabled'> & { readonly shape: Shape; readonly enabled: boolean };

/** Every group by its product. Never changed in place: each change makes a new one. */
export type PatternBook = ReadonlyMap<string, readonly Group[]>;
