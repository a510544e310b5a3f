/** The formats that a camera or a picture is searched for: what stands on kits, on people's papers and on our own sheets. */
export const codeFormats = ['qrcode', 'datamatrix', 'code128', 'ean13', 'pdf417'] as const;
export type CodeFormat = (typeof codeFormats)[number];

/** Pixels as a canvas gives them: four bytes each (red, green, blue, alpha), row by row. */
export type Picture = { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray };

export type EngineName = 'zxing-wasm' | '@zxing/library';

export type Decoded = {
  /** The content, GS as U+001D; the FNC1 in first place is no part of it. */
  readonly text: string;
  readonly format: CodeFormat;
  /** The AIM symbology identifier that belongs to it, such as `]d2`; it says whether the content is GS1. */
  readonly symbology: string;
  readonly engine: EngineName;
};

/** How much time a picture is worth: one of many frames a second, or a file that was chosen and comes once. */
export type Effort = 'frame' | 'picture';

export type Decoder = {
  /** Null where nothing was read, or where engines or copies disagree: a wrong read is worse than none. Never throws. */
  readonly decode: (picture: Picture, effort: Effort) => Decoded | null;
};
