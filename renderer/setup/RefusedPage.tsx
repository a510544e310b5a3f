import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { StationView } from '../../shared/contract.ts';
import { RestorePage } from '../restore/RestorePage.tsx';
import { useText } from '../text/index.ts';
import { Page } from './Page.tsx';
import css from './setup.module.css';

const reasons = {
  REGISTER_NEWER: 'newer',
  REGISTER_DAMAGED: 'damaged',
  REGISTER_UNSAFE: 'unsafe',
  REGISTER_IN_USE: 'inUse',
  KEY_FILE_MISSING: 'key',
} as const;

/** Where another register in its place would help. */
const mayRestore: ReadonlySet<string> = new Set(['REGISTER_DAMAGED', 'KEY_FILE_MISSING', 'REGISTER_MISSING']);

/** The register may not be opened: what is the matter and what to do. Nothing here changes it. */
export function RefusedPage(props: { readonly station: StationView }) {
  const t = useText();
  const [isRestoring, setRestoring] = useState(false);
  const { refusal, registerFile } = props.station;
  const code = Object.keys(reasons).find((each): each is keyof typeof reasons => each === refusal?.code);
  const reason = code === undefined ? 'other' : reasons[code];
  const params = Object.fromEntries(
    Object.entries(refusal?.params ?? {}).map(([name, value]) => [name, String(value)]),
  );
  if (isRestoring) return <RestorePage onBack={() => setRestoring(false)} />;
  return (
    <Page>
      <div className={css['form']} role="alert" data-refusal={refusal?.code ?? ''}>
        <div className={css['stepBody']}>
          <IconAlertTriangle className={css['refusedIcon']} stroke={1.6} aria-hidden />
          <h1 className={css['title']}>{t(`setup.refused.${reason}Title`)}</h1>
          <p className={css['todo']}>{t(`setup.refused.${reason}Hint`, params)}</p>
          <p className={css['untouched']}>
            <IconCircleCheck size="1.25rem" aria-hidden /> {t('setup.refused.untouched')}
          </p>
          {mayRestore.has(refusal?.code ?? '') && (
            <div>
              <button type="button" className={css['back']} onClick={() => setRestoring(true)}>
                {t('backups.restore.open')}
              </button>
            </div>
          )}
          <dl className={css['where']}>
            <dt>{t('setup.refused.where')}</dt>
            <dd data-selectable>{registerFile}</dd>
          </dl>
        </div>
      </div>
    </Page>
  );
}
