import { IconPackageOff } from '@tabler/icons-react';
import { useStation } from '../station.ts';
import { useText } from '../text/index.ts';
import css from './frame.module.css';

/** In the bar of every screen: fewer kits are left than the site wants. Gone by itself once boxes came in. */
export function LowStock() {
  const low = useStation('stock.low', {}).data?.low ?? [];
  const t = useText();
  if (low.length === 0) return null;
  return (
    <span className={css['trouble']} role="status" data-low-stock={low.length}>
      <IconPackageOff size="1rem" aria-hidden />
      {/* Without the number: whoever counts at closing must not read it here. */}
      {t('stock.low', {
        names: low
          .slice(0, 2)
          .map(({ productName }) => productName ?? t('stock.all'))
          .join(' · '),
      })}
    </span>
  );
}
