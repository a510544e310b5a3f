import type { LowStock } from '../../../shared/model/stock.ts';
import { figure } from '../../lists/formats.ts';
import { useText } from '../../text/index.ts';

/** What runs out, in one sentence. */
export function useLowWords(): (low: readonly LowStock[]) => string {
  const t = useText();
  return (low) =>
    t('stock.low', {
      names: low
        .map(({ productName, left }) =>
          productName === null
            ? t('stock.lowAll', { left: figure(left) })
            : t('stock.lowOne', { product: productName, left: figure(left) }),
        )
        .join(' · '),
    });
}
