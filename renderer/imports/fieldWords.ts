import type { Text } from '../text/index.ts';

const fieldKeys = [
  'name',
  'sex',
  'birthDate',
  'documentKind',
  'documentNumber',
  'phone',
  'building',
  'unit',
  'room',
  'address',
  'organisation',
  'guardianName',
  'product',
  'gtin',
  'lot',
  'expiresOn',
  'serial',
  'code',
] as const;

/** A field of an import in words; one that has none as it is. */
export function fieldWord(t: Text, field: string): string {
  const known = fieldKeys.find((key) => key === field);
  return known === undefined ? field : t(`imports.fields.${known}`);
}

export function fieldWords(t: Text, fields: unknown): readonly string[] {
  return Array.isArray(fields) ? fields.map((field) => fieldWord(t, String(field))) : [];
}
