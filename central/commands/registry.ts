import path from 'node:path';
import { spanOf } from '../../shared/codes/kitSpan.ts';
import { importManifest } from '../registry/importManifest.ts';
import { importProducts } from '../registry/importProducts.ts';
import { keyOfCode } from '../registry/manifestRow.ts';
import { findProductByCode, liftRecall, makeRecall, type RecallWish } from '../store/registry.ts';
import { type Command, nameIn, Refusal, type Values, WrongUse } from './command.ts';

function fileIn(values: Values): string {
  const file = values['file'];
  if (typeof file !== 'string' || file === '') throw new WrongUse('--file is needed');
  return path.resolve(file);
}

function wordsIn(values: Values, option: string): string {
  const value = values[option];
  const words = typeof value === 'string' ? value.trim() : '';
  if (words.length < 2 || words.length > 200) throw new WrongUse(`--${option} takes 2 to 200 characters`);
  return words;
}

/** What was wrong with a file, a fault a line. */
const faulty = (faults: readonly string[]) => new Refusal(`nothing was taken:\n  ${faults.join('\n  ')}`);

export const importProductsCommand: Command = {
  name: 'import-products',
  usage: [['--file CSV', 'takes products and their lots in; the columns are those of a station’s own product list']],
  options: { file: { type: 'string' } },
  read: (values) => {
    const place = fileIn(values);
    return async ({ database, tell }) => {
      const done = await importProducts(database, place, Date.now());
      if (!done.ok) throw faulty(done.faults);
      tell({ products: done.products, lots: done.lots });
    };
  },
};

export const importManifestCommand: Command = {
  name: 'import-manifest',
  usage: [['--maker NAME --file CSV', 'takes the kits of a maker’s delivery list in, whole or not at all']],
  options: { maker: { type: 'string' }, file: { type: 'string' } },
  read: (values) => {
    const file = { place: fileIn(values), maker: nameIn(values, 'maker') };
    return async ({ database, tell }) => {
      const done = await importManifest(database, file, Date.now());
      if (!done.ok) throw faulty(done.faults);
      const { rows, ranges, kits, lots } = done;
      tell({ rows, ranges, kits, lots });
    };
  },
};

export const recallCommand: Command = {
  name: 'recall',
  usage: [
    ['--product CODE --lot LOT --source WORDS --reason WORDS', 'stops a lot at every station'],
    ['--product CODE --code KIT [--to KIT] --source … --reason …', 'stops one kit, or all from one to the other'],
  ],
  options: {
    product: { type: 'string' },
    lot: { type: 'string' },
    code: { type: 'string' },
    to: { type: 'string' },
    source: { type: 'string' },
    reason: { type: 'string' },
  },
  read: (values) => {
    const code = nameIn(values, 'product');
    const words = { source: wordsIn(values, 'source'), reason: wordsIn(values, 'reason') };
    const { lot, code: from, to } = values;
    if ((typeof lot === 'string') === (typeof from === 'string'))
      throw new WrongUse('either --lot or --code is needed');
    if (lot !== undefined && to !== undefined) throw new WrongUse('--to goes with --code');
    return async ({ database, tell }) => {
      const product = await findProductByCode(database, code);
      if (product === null) throw new Refusal(`no product has the code ${code}; import-products brings it in`);
      const reach: RecallWish['reach'] =
        typeof lot === 'string' ? { lot: lot.trim() } : { span: spanOfCodes(String(from), String(to ?? from)) };
      const wish = { productId: product.product.id, reach, ...words };
      const recall = await database.transaction((statements) => makeRecall(statements, wish, Date.now()));
      tell({ recall });
    };
  },
};

function spanOfCodes(from: string, to: string) {
  const today = new Date().toISOString().slice(0, 10);
  const keys = [from, to].map((text) => {
    const key = keyOfCode(text, today);
    if (key === null) throw new Refusal(`${text.slice(0, 60)} names no single kit`);
    return key;
  });
  const span = spanOf(keys[0] ?? '', keys[1] ?? '');
  if (span === 'uneven') throw new Refusal('the two codes differ in more than their number');
  if (span === 'backwards') throw new Refusal('the range ends before it begins');
  return span;
}

export const liftRecallCommand: Command = {
  name: 'lift-recall',
  usage: [['--recall ID --reason WORDS', 'ends a recall at every station']],
  options: { recall: { type: 'string' }, reason: { type: 'string' } },
  read: (values) => {
    const id = nameIn(values, 'recall');
    const reason = wordsIn(values, 'reason');
    return async ({ database, tell }) => {
      const recall = await database.transaction((statements) => liftRecall(statements, id, reason, Date.now()));
      if (recall === null) throw new Refusal('no recall of this id stands');
      tell({ recall });
    };
  },
};
