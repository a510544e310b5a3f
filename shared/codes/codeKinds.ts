/** What a scanned or typed text can be. */
export const codeKinds = [
  'gs1',
  'gs1DigitalLink',
  'gtin',
  'ma',
  'drugTrace',
  'industrialId',
  'residentId',
  'residencePermit',
  'permanentResident',
  'travelPermit',
  'passportMrz',
  'mobile',
  'creditCode',
  'personQr',
  'staffBadge',
  'command',
  'kitSticker',
  'boxCode',
  'resultSlip',
  'healthCode',
  'url',
  'serial',
] as const;
export type CodeKind = (typeof codeKinds)[number];

export const codeErrorCodes = [
  'unknownAi', // GS1: no such application identifier
  'syntax', // the shape is wrong, or a part says something that cannot be
  'length',
  'charset',
  'checkDigit',
  'date', // no such day or time, or a birth date in the future
  'association', // GS1: a required partner is missing, an excluded one present, a repeat differs
  'ambiguous', // fits several kinds equally; `candidates` names them
  'empty',
] as const;
export type CodeErrorCode = (typeof codeErrorCodes)[number];

/** Something odd that does not stop the code from being used. */
export type CodeWarning = { readonly code: string; readonly message: string; readonly at?: number };

export type ParsedCode = {
  readonly ok: true;
  readonly kind: CodeKind;
  /** GS1: identifier to value. Documents: `number` as stored, `birthDate`, `sex` where held. MA: `device` and letters. */
  readonly fields: Readonly<Record<string, string>>;
  readonly warnings: readonly CodeWarning[];
  readonly raw: string;
  /** The calendar days (`YYYY-MM-DD`) that kit dates mean, by field: their century depends on the day of reading. */
  readonly days?: Readonly<Record<string, string>>;
};

export type CodeFailure = {
  readonly ok: false;
  /** The kind it was read as; null when it has the shape of none. */
  readonly kind: CodeKind | null;
  readonly error: {
    readonly code: CodeErrorCode;
    /** One English sentence, for logs and tools. It quotes no personal data. */
    readonly message: string;
    /** Where the fault is: 0-based index in `raw`, in UTF-16 units; `raw.length` when something is missing at the end. */
    readonly at: number;
  };
  readonly candidates?: readonly CodeKind[];
  readonly raw: string;
};

export type CodeReading = ParsedCode | CodeFailure;

export function parsed(
  kind: CodeKind,
  raw: string,
  fields: Readonly<Record<string, string>>,
  warnings: readonly CodeWarning[] = [],
  days?: Readonly<Record<string, string>>,
): ParsedCode {
  return { ok: true, kind, fields, warnings, raw, ...(days === undefined ? {} : { days }) };
}

export function failed(
  kind: CodeKind | null,
  raw: string,
  code: CodeErrorCode,
  message: string,
  at: number,
): CodeFailure {
  return { ok: false, kind, error: { code, message, at: Math.max(0, Math.min(at, raw.length)) }, raw };
}

export function ambiguous(raw: string, at: number, candidates: readonly CodeKind[]): CodeFailure {
  const message = `The text can be ${candidates.join(' or ')}; choose which it is.`;
  return { ...failed(null, raw, 'ambiguous', message, at), candidates };
}
