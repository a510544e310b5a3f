import type { ReactNode } from 'react';
import { useText } from '../text/index.ts';
import css from './setup.module.css';

/** A sheet in the middle of the ground: before there is a desk. */
export function Page(props: { readonly children: ReactNode; readonly beside?: ReactNode }) {
  const t = useText();
  return (
    <main className={css['page']}>
      <header className={css['head']}>
        <span className={css['mark']} aria-hidden>
          {t('frame.mark')}
        </span>
        <span className={css['product']}>{t('frame.product')}</span>
        {props.beside}
      </header>
      <div className={css['sheet']}>{props.children}</div>
    </main>
  );
}
