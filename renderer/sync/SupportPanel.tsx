import { Button } from '@mantine/core';
import { IconLifebuoy } from '@tabler/icons-react';
import { useState } from 'react';
import type { Failure } from '../../shared/errors.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { Paper } from '../lists/Screen.tsx';
import { saySaved } from '../lists/said.ts';
import { useFailureText, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';

/** A file for whoever is asked for help, with nothing of a person in it. */
export function SupportPanel() {
  const t = useText();
  const failureText = useFailureText();
  const save = useStationAction('support.save');
  const [failure, setFailure] = useState<Failure | null>(null);

  async function run(): Promise<void> {
    setFailure(null);
    const reply = await save.run({});
    if (reply.ok) saySaved(t('sync.supportSaved'));
    else if (reply.error.code !== 'CANCELLED') setFailure(reply.error);
  }

  return (
    <Paper title={t('sync.support')}>
      <div className={css['form']}>
        <p className={css['quiet']}>{t('sync.supportHint')}</p>
        {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
        <div className={css['buttons']}>
          <Button
            variant="default"
            leftSection={<IconLifebuoy size="1.125rem" aria-hidden />}
            onClick={() => void run()}
            loading={save.isBusy}
          >
            {t('sync.saveSupport')}
          </Button>
        </div>
      </div>
    </Paper>
  );
}
