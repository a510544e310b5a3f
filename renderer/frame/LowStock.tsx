import { IconPackageOff } from '@tabler/icons-react';
import { useLowWords } from '../kits/stock/lowWords.ts';
import { useStation } from '../station.ts';
import css from './frame.module.css';

/** In the bar of every screen: fewer kits are left than the site wants. Gone by itself once boxes came in. */
export function LowStock() {
  const low = useStation('stock.low', {}).data?.low ?? [];
  const words = useLowWords();
  if (low.length === 0) return null;
  return (
    <span className={css['trouble']} role="status" data-low-stock={low.length}>
      <IconPackageOff size="1rem" aria-hidden />
      {words(low.slice(0, 2))}
    </span>
  );
}
