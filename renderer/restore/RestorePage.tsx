import { Page } from '../setup/Page.tsx';
import setup from '../setup/setup.module.css';
import { useText } from '../text/index.ts';
import { RestorePanel } from './RestorePanel.tsx';

/** From a page before the desk: nobody can sign in there, so the passphrase or the recovery key is the right. */
export function RestorePage(props: { readonly onBack: () => void }) {
  const t = useText();
  return (
    <Page>
      <div className={setup['form']}>
        <div className={setup['stepBody']}>
          <h1 className={setup['title']}>{t('backups.restore.title')}</h1>
          <RestorePanel isOpen={false} zone={Intl.DateTimeFormat().resolvedOptions().timeZone || 'Asia/Shanghai'} />
        </div>
        <div className={setup['end']}>
          <button type="button" className={setup['back']} onClick={props.onBack}>
            {t('backups.restore.back')}
          </button>
        </div>
      </div>
    </Page>
  );
}
