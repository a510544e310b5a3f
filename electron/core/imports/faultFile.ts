import { setImmediate as nextTurn } from 'node:timers/promises';
import { StationError } from '../../../shared/errors.ts';
import { importFaultText } from '../../../shared/importFaults.ts';
import type { Language } from '../../../shared/language.ts';
import { beginTable } from '../exports/tableFile.ts';
import { notWritten } from '../exports/wholeFile.ts';
import { audit, type Station } from '../station.ts';
import type { Prepared } from './prepare.ts';

const pieceRows = 250;

/**
 * Writes the rows that cannot be taken, as they were, with the line and the reason behind them. They go back to whoever
 * brought them: to be mended they must be whole. Answers how many; throws DISK_FULL or FILE_UNREADABLE (notWritable) and
 * leaves nothing.
 */
export async function saveFaults(
  station: Station,
  { mapped, faults }: Prepared,
  importId: string,
  path: string,
  language: Language,
): Promise<number> {
  const { headings, rows } = mapped.sheet;
  const words = language === 'en' ? ['Line', 'Reason'] : ['行号', '原因'];
  try {
    const file = await beginTable(path);
    try {
      await file.add([[...headings, ...words]]);
      for (let from = 0; from < faults.length; from += pieceRows) {
        await file.add(
          faults.slice(from, from + pieceRows).map(({ row, line, code, params }) => {
            const { cells } = rows.at(row);
            const padded = headings.map((_heading, index) => cells[index] ?? '');
            return [...padded, String(line), importFaultText(code, params, language)];
          }),
        );
        await nextTurn();
      }
      const whole = await file.end();
      await whole.show();
    } catch (error) {
      await file.discard();
      throw error;
    }
  } catch (error) {
    const known = notWritten(error);
    const isFull = known instanceof StationError && known.failure.code === 'DISK_FULL';
    if (known === error || isFull) throw known;
    throw new StationError('FILE_UNREADABLE', { problem: 'notWritable' });
  }
  station.db
    .transaction(() => audit(station, 'import.saveFaults', `import:${importId}`, { rows: faults.length }))
    .immediate();
  return faults.length;
}
