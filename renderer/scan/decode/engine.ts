import type { CodeFormat, EngineName } from './decoder.ts';

/** Brightness only, one byte a pixel, row by row: what the engines look at. */
export type Gray = { readonly width: number; readonly height: number; readonly data: Uint8Array };

/** One symbol that an engine read. */
export type Found = {
  /** The content, GS as U+001D; the FNC1 in first place is no part of it. */
  readonly text: string;
  readonly format: CodeFormat;
  /** AIM symbology identifier, such as `]d2`. */
  readonly symbology: string;
  readonly engine: EngineName;
  /** Scan lines that agreed on a bar code; an engine that does not count them says 1. 0 for codes with error correction. */
  readonly lines: number;
};

/** How an engine should look at a picture. */
export type Look = {
  /** Also look at turned and smaller copies, and at more lines. */
  readonly harder: boolean;
  /** Also look for white on black. */
  readonly inverted: boolean;
  /** Where black ends: each neighbourhood's own threshold, or one for the whole picture. */
  readonly threshold: 'local' | 'global';
  /** Close small holes first; helps with dots and print faults. */
  readonly denoise: boolean;
};

export type Engine = {
  readonly name: EngineName;
  /** All symbols of our formats that were read; empty where there is none. Never throws. */
  readonly find: (gray: Gray, look: Look) => readonly Found[];
};
