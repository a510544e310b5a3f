import bwip from 'bwip-js/generic';
import type { TestSymbol } from '../../../shared/codes/testSheet.ts';
import { escapeHtml } from './html.ts';

export type SymbolKind = TestSymbol | 'datamatrix';

export type SheetSymbol = { readonly svg: string; readonly widthMm: number; readonly heightMm: number };

/** Modules left white on each side, by each symbology's standard; Data Matrix gets one more than the one it needs. */
const quiet: Readonly<Record<SymbolKind, number>> = {
  code128: 10,
  'gs1-128': 10,
  qrcode: 4,
  datamatrix: 2,
  gs1datamatrix: 2,
};

const gs = '\u001D';

/**
 * Draws `text` with modules of `moduleMm` mm (0.33 or more for bars and 0.5 for squares read from a bad printer by a
 * cheap gun), quiet zone included. GS1 kinds take an element string: FNC1 leads, and each GS (U+001D) becomes FNC1. The
 * SVG has neither style nor script, so that it stands under the sheets' policy. Null for a text that the symbol cannot
 * hold.
 */
export function drawSymbol(
  kind: SymbolKind,
  text: string,
  size: { readonly moduleMm: number; readonly barMm?: number },
): SheetSymbol | null {
  const isGs1 = kind === 'gs1-128' || kind === 'gs1datamatrix';
  // Plain symbols hold printable ASCII: nothing that a keyboard gun could not type. GS is the separator and nothing else.
  if (!/^[\x20-\x7e]+$/.test(isGs1 ? text.replaceAll(gs, '') : text)) return null;
  const bcid = kind === 'gs1-128' || kind === 'code128' ? 'code128' : kind === 'qrcode' ? 'qrcode' : 'datamatrix';
  // A caret introduces bwip-js's own escapes, so ours is doubled.
  const content = isGs1 ? `^FNC1${text.replaceAll('^', '^^').replaceAll(gs, '^FNC1')}` : text;
  const options = { ...(isGs1 ? { parsefnc: true } : {}), ...(bcid === 'qrcode' ? { eclevel: 'M' } : {}) };
  let drawn: unknown;
  try {
    [drawn] = bwip.raw(bcid, content, options as never) as unknown[];
  } catch {
    return null;
  }
  const margin = quiet[kind];
  if (isBars(drawn)) {
    const total = drawn.sbs.reduce((sum, width) => sum + width, 0) + 2 * margin;
    let at = margin;
    let path = '';
    for (const [index, width] of drawn.sbs.entries()) {
      if (index % 2 === 0) path += `M${at} 0h${width}v1h-${width}z`;
      at += width;
    }
    return whole(path, total, 1, total * size.moduleMm, size.barMm ?? 13, text);
  }
  if (!isSquares(drawn)) return null;
  const { pixs, pixx, pixy } = drawn;
  let path = '';
  for (let y = 0; y < pixy; y++) {
    for (let x = 0; x < pixx; x++) {
      if (pixs[y * pixx + x] !== 1) continue;
      const from = x;
      while (x + 1 < pixx && pixs[y * pixx + x + 1] === 1) x += 1;
      path += `M${from + margin} ${y + margin}h${x - from + 1}v1h-${x - from + 1}z`;
    }
  }
  const [wide, high] = [pixx + 2 * margin, pixy + 2 * margin];
  return whole(path, wide, high, wide * size.moduleMm, high * size.moduleMm, text);
}

function whole(path: string, wide: number, high: number, widthMm: number, heightMm: number, text: string): SheetSymbol {
  const [w, h] = [Number(widthMm.toFixed(3)), Number(heightMm.toFixed(3))];
  return {
    svg: `<svg class="symbol" width="${w}mm" height="${h}mm" viewBox="0 0 ${wide} ${high}" preserveAspectRatio="none" shape-rendering="crispEdges" role="img" aria-label="${escapeHtml(text)}"><path d="${path}" fill="#000"/></svg>`,
    widthMm: w,
    heightMm: h,
  };
}

function isBars(drawn: unknown): drawn is { readonly sbs: readonly number[] } {
  return typeof drawn === 'object' && drawn !== null && 'sbs' in drawn && Array.isArray(drawn.sbs);
}

function isSquares(
  drawn: unknown,
): drawn is { readonly pixs: readonly number[]; readonly pixx: number; readonly pixy: number } {
  return typeof drawn === 'object' && drawn !== null && 'pixs' in drawn && 'pixx' in drawn && 'pixy' in drawn;
}
