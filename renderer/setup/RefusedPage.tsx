import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { StationView } from '../../shared/contract/station.ts';
import { desk } from '../desk/deskStore.ts';
import { RestorePage } from '../restore/RestorePage.tsx';
import { callStation } from '../station.ts';
import { useText } from '../text/index.ts';
import { Page } from './Page.tsx';
import css from './setup.module.css';

const reasons = {
  REGISTER_NEWER: 'newer',
  REGISTER_DAMAGED: 'damaged',
  REGISTER_UNSAFE: 'unsafe',
  REGISTER_IN_USE: 'inUse',
  REGISTER_MISSING: 'missing',
  REGISTER_READ_ONLY: 'readOnly',
  REGISTER_TAIL_LOST: 'tail',
  DISK_FULL: 'diskFull',
  DISK_FAILED: 'diskFailed',
  KEY_FILE_MISSING: 'key',
} as const;

/** What became of the register: untouched, but where that would not be the whole truth. */
const notes = {
  REGISTER_DAMAGED: 'setup.refused.damagedNote',
  REGISTER_MISSING: 'setup.refused.missingNote',
} as const;

/** Where another register in its place would help. */
const mayRestore: ReadonlySet<string> = new Set([
  'REGISTER_DAMAGED',
  'REGISTER_MISSING',
  'REGISTER_TAIL_LOST',
  'KEY_FILE_MISSING',
]);

/** The register may not be opened: what is the matter and what to do, and a way to try again once that was done. */
export function RefusedPage(props: { readonly station: StationView }) {
  const t = useText();
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [isSure, setSure] = useState(false);
  const [isRestoring, setRestoring] = useState(false);
  const { refusal, registerFile } = props.station;
  const code = Object.keys(reasons).find((each): each is keyof typeof reasons => each === refusal?.code);
  const reason = code === undefined ? 'other' : reasons[code];
  const note = Object.entries(notes).find(([each]) => each === code)?.[1] ?? 'setup.refused.untouched';
  const params = Object.fromEntries(
    Object.entries(refusal?.params ?? {}).map(([name, value]) => [name, String(value)]),
  );

  async function open(method: 'register.tryAgain' | 'register.openWithoutTail'): Promise<void> {
    if (isBusy) return;
    setBusy(true);
    const reply = await callStation(method, {});
    setBusy(false);
    setSure(false);
    if (!reply.ok) return;
    desk.lookAfresh();
    queries.setQueryData(['station.get', {}], reply.value);
  }

  if (isRestoring) return <RestorePage onBack={() => setRestoring(false)} />;
  return (
    <Page>
      <div className={css['form']} role="alert" data-refusal={refusal?.code ?? ''}>
        <div className={css['stepBody']}>
          <IconAlertTriangle className={css['refusedIcon']} stroke={1.6} aria-hidden />
          <h1 className={css['title']}>{t(`setup.refused.${reason}Title`)}</h1>
          <p className={css['todo']}>{t(`setup.refused.${reason}Hint`, params)}</p>
          {reason === 'tail' && <p className={css['hint']}>{t('setup.refused.tailLast')}</p>}
          <p className={css['untouched']}>
            <IconCircleCheck size="1.25rem" aria-hidden /> {t(note)}
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
        <div className={css['end']}>
          {reason === 'tail' && (
            <button
              type="button"
              className={css['back']}
              disabled={isBusy}
              onClick={() => (isSure ? void open('register.openWithoutTail') : setSure(true))}
            >
              {t(isSure ? 'setup.refused.tailSure' : 'setup.refused.tailOpen')}
            </button>
          )}
          <span className={css['stepOf']} />
          <button
            type="button"
            className={css['main']}
            disabled={isBusy}
            onClick={() => void open('register.tryAgain')}
            data-again
          >
            {t(isBusy ? 'setup.refused.trying' : 'setup.refused.again')}
          </button>
        </div>
      </div>
    </Page>
  );
}
