import { useEffect, useState } from 'react';
import { useText } from '../text/index.ts';
import { Page } from './Page.tsx';
import css from './setup.module.css';

/** Mostly the register is open before anybody could read a word; after this it is said, in ms. */
const saidAfterMs = 1_200;

export function Opening() {
  const t = useText();
  const [isSaid, setSaid] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSaid(true), saidAfterMs);
    return () => clearTimeout(timer);
  }, []);
  if (!isSaid) return null;
  return (
    <Page>
      <div className={css['form']} role="status" data-opening>
        <div className={css['stepBody']}>
          <h1 className={css['title']}>{t('setup.opening')}</h1>
        </div>
      </div>
    </Page>
  );
}
