import type { ParsedCode } from './codeKinds.ts';

/**
 * The canonical key of one kit: the same for every way its code is written, so that a kit is bound once. GS1 and Digital
 * Link: GTIN-14 and serial; MA: device part and serial; others: their namespace and the text, case kept. Null when the
 * code does not name one kit (a product, a batch, a box, a logistic unit, a person).
 */
export function kitKey(code: ParsedCode): string | null {
  const { fields } = code;
  switch (code.kind) {
    case 'gs1':
    case 'gs1DigitalLink':
      return fields['01'] === undefined || fields['21'] === undefined ? null : `gs1:${fields['01']}:${fields['21']}`;
    case 'ma':
      return fields['S'] === undefined ? null : `ma:${fields['device']}:${fields['S']}`;
    case 'drugTrace':
      return `trace:${fields['code']}`;
    case 'industrialId':
      return `industrial:${fields['code']}`;
    case 'kitSticker':
      return `sticker:${fields['code']}`;
    case 'url':
      return `url:${fields['url']}`;
    case 'serial':
      return `serial:${fields['serial']}`;
    default:
      return null;
  }
}

export type KitParts = {
  gtin?: string;
  lot?: string;
  serial?: string;
  /** `YYYY-MM-DD` */
  expiresOn?: string;
  /** `YYYY-MM-DD` */
  producedOn?: string;
};

type PartNames = { readonly [name in keyof KitParts]: string | undefined };

function present(parts: PartNames): KitParts {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
}

/** The facts that a kit's code tells, whatever its kind; null for codes of other things. */
export function kitParts(code: ParsedCode): KitParts | null {
  const { fields, days = {} } = code;
  switch (code.kind) {
    case 'gs1':
    case 'gs1DigitalLink':
      if (fields['01'] === undefined) return null;
      return present({
        gtin: fields['01'],
        lot: fields['10'],
        serial: fields['21'],
        expiresOn: days['17'],
        producedOn: days['11'],
      });
    case 'gtin':
      return present({ gtin: fields['gtin'] });
    case 'ma':
      return present({
        lot: fields['L'],
        serial: fields['S'],
        // Some labels carry only "valid until".
        expiresOn: days['E'] ?? days['V'],
        producedOn: days['M'],
      });
    case 'drugTrace':
    case 'industrialId':
    case 'kitSticker':
      return present({ serial: fields['code'] });
    case 'url':
      return present({ serial: fields['url'] });
    case 'serial':
      return present({ serial: fields['serial'] });
    default:
      return null;
  }
}

/**
 * Whether a check character covers the part that tells this kit or person from others, so that a typed code need not be
 * entered twice (rule 11). A GTIN's check digit does not cover the serial beside it.
 */
export function coversSerial(code: ParsedCode): boolean {
  switch (code.kind) {
    case 'personQr':
    case 'staffBadge':
    case 'command':
    case 'kitSticker':
    case 'boxCode':
    case 'resultSlip':
    case 'gtin':
    case 'creditCode':
    case 'passportMrz':
      return true;
    case 'residentId':
    case 'residencePermit':
    case 'permanentResident':
      return !code.warnings.some(({ code: warning }) => warning === 'fifteenDigits' || warning === 'unchecked');
    case 'gs1':
    case 'gs1DigitalLink':
      return code.fields['21'] === undefined && ['00', '8017', '8018'].some((ai) => ai in code.fields);
    default:
      return false;
  }
}
