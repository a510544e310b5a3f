import path from 'node:path';
import { isRealDay } from '../../shared/time.ts';
import { exportTests } from '../exports/exportTests.ts';
import { type FormatName, formats } from '../exports/formats.ts';
import { type Command, Refusal, type Values, WrongUse } from './command.ts';

function dayIn(values: Values, option: string): string {
  const day = values[option];
  if (typeof day !== 'string' || !isRealDay(day) || day < '0001')
    throw new WrongUse(`--${option} takes a day, YYYY-MM-DD`);
  return day;
}

function formatIn(values: Values): FormatName {
  const wished = values['format'] ?? 'ndjson';
  const format = (Object.keys(formats) as FormatName[]).find((each) => each === wished);
  if (format === undefined) throw new WrongUse(`--format takes ${Object.keys(formats).join(', ')}`);
  return format;
}

export const exportCommand: Command = {
  name: 'export',
  usage: [
    [
      '--from DAY --to DAY --file FILE [--format ndjson|csv|fhir]',
      'writes the tests of these days, with people; prints how many and the SHA-256',
    ],
  ],
  options: { from: { type: 'string' }, to: { type: 'string' }, file: { type: 'string' }, format: { type: 'string' } },
  read: (values) => {
    const [from, to, format] = [dayIn(values, 'from'), dayIn(values, 'to'), formatIn(values)];
    if (to < from) throw new WrongUse('--to comes before --from');
    const name = values['file'];
    if (typeof name !== 'string' || name === '') throw new WrongUse('--file is needed');
    const file = path.resolve(name);
    return async ({ database, tell }) => {
      const done = await exportTests(database, { from, to, format, file });
      if (!done.ok)
        throw new Refusal(done.code === 'exists' ? 'the file is there already' : 'the file cannot be written');
      const { tests, bytes, sha256 } = done;
      tell({ file, tests, bytes, sha256 });
    };
  },
};
