import type { KitProduct } from '../../../shared/model/kit.ts';
import { figure, momentWords } from '../../lists/formats.ts';
import css from '../../lists/lists.module.css';
import { useSite } from '../../lists/site.ts';
import { type Text, useText } from '../../text/index.ts';
import look from './trace.module.css';

/** Who makes it, what staff call it, and under which number it is registered. */
export function Maker(props: { readonly product: KitProduct | null; readonly productCode: string | null }) {
  const t = useText();
  const { product, productCode } = props;
  if (product === null) {
    return (
      <p className={css['quiet']}>
        {productCode === null ? t('trace.makerUnsaid') : t('trace.makerUnknownHint', { code: productCode })}
      </p>
    );
  }
  const { registrant, shortName, method, registrationNumber, isSample } = product;
  return (
    <div>
      <p>{registrant}</p>
      <p className={css['quiet']}>
        {[shortName === registrant ? '' : shortName, method ?? '', isSample ? t('trace.sample') : '']
          .filter((part) => part !== '')
          .join(' · ')}
      </p>
      <p className={css['quiet']}>
        {registrationNumber === null
          ? t('trace.noRegistration')
          : t('trace.registration', { number: registrationNumber })}
      </p>
    </div>
  );
}

type Box = {
  readonly atMs: number;
  readonly operatorName: string;
  readonly sender: string;
  readonly boxName: string | null;
  readonly count: number;
};

/** Boxes with who sent and who received them. */
export function Boxes(props: { readonly boxes: readonly Box[] }) {
  const t = useText();
  const { zone, language, today } = useSite();
  return (
    <ul className={look['lines']}>
      {props.boxes.map((box, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: boxes without a code look alike
        <li key={index}>
          <time>{momentWords(box.atMs, zone, language, today)}</time> {boxWords(t, box)}
        </li>
      ))}
    </ul>
  );
}

/** A box in one line: whence, which, how many, by whom. */
export function boxWords(t: Text, { sender, boxName, count, operatorName }: Box): string {
  const box = boxName === null ? t('trace.boxUnnamed') : t('trace.boxNamed', { name: boxName });
  return t('trace.cameBox', { sender, box, n: figure(count), operator: operatorName });
}
