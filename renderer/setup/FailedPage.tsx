import { IconAlertTriangle } from '@tabler/icons-react';
import { callStation } from '../station.ts';
import { useText } from '../text/index.ts';
import { Page } from './Page.tsx';
import css from './setup.module.css';

/** Core died at every start and is left alone now: said calmly, with a way to try again. */
export function FailedPage() {
  const t = useText();
  return (
    <Page>
      <div className={css['form']} role="alert" data-core="failed">
        <div className={css['stepBody']}>
          <IconAlertTriangle className={css['refusedIcon']} stroke={1.6} aria-hidden />
          <h1 className={css['title']}>{t('setup.failed.title')}</h1>
          <p className={css['todo']}>{t('setup.failed.hint')}</p>
          <p className={css['hint']}>{t('setup.failed.help')}</p>
        </div>
        <div className={css['end']}>
          <span className={css['stepOf']} />
          <button
            type="button"
            className={css['main']}
            onClick={() => void callStation('app.startCore', {})}
            data-again
          >
            {t('setup.refused.again')}
          </button>
        </div>
      </div>
    </Page>
  );
}
