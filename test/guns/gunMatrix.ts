import { sampleExpiry, sampleKitCode, samplePerson } from '../../electron/core/practice/sample.ts';
import { localDay } from '../../shared/time.ts';
import { type Choice, pairwise, seeded } from './pairwise.ts';

/** What codes on kits and papers look like: each a text as the symbol holds it, different for every `n` from 1 where it can be. */
export const shapes = {
  elementString: (n) => kitCode(n).slice(3),
  elementStringMarked: (n) => kitCode(n),
  digitalLink: (n) => `https://id.example.com/01/06901234567892/10/SAMPLE01/21/YL${six(n)}?17=300131`,
  maCode: (n) => `MA.156.M0.100350.01004YA10017.SLMS${six(n)}.M210628.LAY21062803.E220628.V220627.C3`,
  traceCode: (n) => `81234567890123${six(n)}`,
  serial: (n) => `KT-${six(n)}a`,
  residentId: (n) => samplePerson(n % 40).documentNumber ?? '',
  // The specimen of ICAO 9303 part 4.
  passport: () => 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10',
  ownCode: () => 'YPZ0V8K2M4T6W8XJ3QA',
  lowerCaseUrl: (n) => `https://kit.example.cn/q?c=ab${six(n)}ef&b=7#t`,
  token: (n) => `${'aZ09bY18cX27dW36eV45'.repeat(4)}Q${six(n)}=`,
} as const satisfies Readonly<Record<string, (n: number) => string>>;
type ShapeName = keyof typeof shapes;

function kitCode(n: number): string {
  return sampleKitCode(1 + (n % 200), sampleExpiry(localDay(Date.now(), 'Asia/Shanghai')));
}

function six(n: number): string {
  return String(n).padStart(6, '0');
}

export const axes = {
  paceMs: [0, 2, 5, 12, 30, 60, 100],
  suffix: ['enter', 'tab', 'crlf', 'none'],
  gs: ['control', 'alt', 'f8', 'replacement'],
  capsLock: [false, true],
  inputMethod: [false, true],
  focus: ['nothing', 'button', 'text', 'list', 'dialog', 'select'],
  shape: Object.keys(shapes) as ShapeName[],
} as const;
export type GunRow = Choice<typeof axes>;
type PartialRow = { readonly [K in keyof GunRow]?: GunRow[K] };

/** A gun without suffix works outside text fields only; a reader of two lines ends each of them. */
export const isSupported = ({ suffix, focus, shape }: PartialRow): boolean =>
  !(suffix === 'none' && (focus === 'text' || shape === 'passport'));

/** Long codes at the slowest paces take ten seconds each: the long run has them. */
const isShort = ({ paceMs, shape }: PartialRow): boolean =>
  paceMs === undefined || paceMs < 60 || shape === undefined || shapes[shape](1).length <= 20;

/** Every two settings meet. */
export function pairsOfMatrix(seed: number): GunRow[] {
  return pairwise(axes, seed, (row) => isSupported(row) && isShort(row));
}

/** How many rows the whole product has, the unsupported left out; the way of GS counts only where a code has one. */
export function* wholeMatrix(): Generator<GunRow> {
  for (const paceMs of axes.paceMs)
    for (const suffix of axes.suffix)
      for (const capsLock of axes.capsLock)
        for (const inputMethod of axes.inputMethod)
          for (const focus of axes.focus)
            for (const shape of axes.shape)
              for (const gs of shapes[shape](1).includes('\u001D') ? axes.gs : [axes.gs[0]]) {
                const row: GunRow = { paceMs, suffix, gs, capsLock, inputMethod, focus, shape };
                if (isSupported(row)) yield row;
              }
}

/** A seeded part of the whole product. */
export function sampleOfMatrix(count: number, seed: number): GunRow[] {
  const random = seeded(seed);
  const whole = [...wholeMatrix()];
  const rows: GunRow[] = [];
  while (rows.length < count && whole.length > 0) {
    rows.push(...whole.splice(Math.floor(random() * whole.length), 1));
  }
  return rows;
}
