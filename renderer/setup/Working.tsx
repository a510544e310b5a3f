import { Progress } from '@mantine/core';
import { useState } from 'react';
import type { StationView } from '../../shared/contract/station.ts';
import { callStation, useStationEvent } from '../station.ts';
import { useText } from '../text/index.ts';
import { Page } from './Page.tsx';
import css from './setup.module.css';

const steps = {
  rekey: ['backup', 'copy', 'encrypt', 'verify', 'keys', 'swap'],
  restore: ['verify', 'copy', 'keys', 'swap'],
} as const;
/** From here on it takes a moment and is not broken off. */
const lastSteps: readonly string[] = ['keys', 'swap', 'ready', 'aside', 'placed'];

/** The register is being re-keyed or replaced: the desk waits, and whoever stands before it is told how far it is. */
export function Working(props: { readonly work: NonNullable<StationView['work']> }) {
  const t = useText();
  const { task } = props.work;
  const [step, setStep] = useState(props.work.step);
  const [furthest, setFurthest] = useState(0);
  const [isCancelling, setCancelling] = useState(false);
  useStationEvent('register.progressed', (progress) => {
    setStep(progress.step);
    setFurthest((former) => Math.max(former, placeOf(task, progress.step)));
  });
  const place = Math.max(furthest, placeOf(task, step));
  const all = steps[task];
  const shown = all[place] ?? 'swap';
  return (
    <Page>
      <div className={css['form']} role="status" data-work={task} data-step={step}>
        <div className={css['stepBody']}>
          <h1 className={css['title']}>{t(`keys.working.${task}Title`)}</h1>
          <p className={css['hint']}>{t('keys.working.wait')}</p>
          <Progress
            size="lg"
            value={((place + 0.5) / all.length) * 100}
            aria-label={t(`keys.working.${task}Title`)}
            animated
          />
          <p className={css['todo']}>{t(`keys.working.steps.${shown}`)}</p>
        </div>
        <div className={css['end']}>
          {task === 'rekey' && !lastSteps.includes(step) && (
            <button
              type="button"
              className={css['back']}
              disabled={isCancelling}
              onClick={() => {
                setCancelling(true);
                void callStation('register.cancelRekey', {});
              }}
            >
              {t(isCancelling ? 'keys.working.cancelling' : 'keys.working.cancel')}
            </button>
          )}
          <span className={css['stepOf']}>{t('keys.working.stepOf', { n: place + 1, of: all.length })}</span>
        </div>
      </div>
    </Page>
  );
}

function placeOf(task: keyof typeof steps, step: string): number {
  const place = (steps[task] as readonly string[]).indexOf(step);
  if (place >= 0) return place;
  return lastSteps.includes(step) ? steps[task].length - 1 : 0;
}
