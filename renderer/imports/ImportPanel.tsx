import { Button, Progress } from '@mantine/core';
import { IconCircleCheck, IconCircleX, IconHandStop } from '@tabler/icons-react';
import { Empty } from '../lists/Empty.tsx';
import { figure } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Paper } from '../lists/Screen.tsx';
import { lastingWords } from '../lists/words.ts';
import { useFailureText } from '../station.ts';
import { useText } from '../text/index.ts';
import { ImportPreviewPanel } from './ImportPreviewPanel.tsx';
import { type Progress as Done, leftMs, percentOf } from './importFlow.ts';
import look from './imports.module.css';
import type { ImportFlow, ImportKind } from './useImport.ts';

/** What an import shows at each step, in the place of the list it brings rows to. */
export function ImportPanel(props: { readonly kind: ImportKind; readonly flow: ImportFlow }) {
  const t = useText();
  const failureText = useFailureText();
  const { kind, flow } = props;
  const { state } = flow;
  switch (state.step) {
    case 'idle':
      return null;
    case 'reading':
      return (
        <Working
          title={t(state.progress?.phase === 'reading' ? 'imports.reading' : 'imports.opening')}
          fileName={state.fileName}
          progress={state.progress}
          isStopping={state.isStopping}
          onStop={flow.stop}
        />
      );
    case 'committing':
      return (
        <Working
          title={t('imports.committing')}
          fileName={state.preview.fileName}
          progress={state.progress}
          isStopping={state.isStopping}
          onStop={flow.stop}
        />
      );
    case 'preview':
      return (
        <ImportPreviewPanel
          kind={kind}
          preview={state.preview}
          isMapping={state.isMapping}
          mapFailure={state.mapFailure}
          flow={flow}
        />
      );
    case 'done':
      return (
        <Paper fill>
          <Empty
            title={t(`imports.done.${kind}`)}
            hint={t(`imports.doneHint.${kind}`)}
            icon={<IconCircleCheck className={look['good']} size="3rem" stroke={1.6} aria-hidden />}
          >
            <p className={look['result']}>
              {(['fresh', 'changed', 'joining', 'faulty'] as const)
                .filter((key) => key === 'fresh' || (state.counts[key] ?? 0) > 0)
                .map((key) => `${t(`imports.counts.${key}`)} ${figure(state.counts[key] ?? 0)}`)
                .join(' · ')}
            </p>
            <div className={css['buttons']}>
              <Button onClick={flow.leave} autoFocus>
                {t('imports.back')}
              </Button>
              <Button variant="default" onClick={flow.pick} loading={flow.isPicking}>
                {t('imports.again')}
              </Button>
            </div>
          </Empty>
        </Paper>
      );
    case 'cancelled':
      return (
        <Paper fill>
          <Empty
            title={t('imports.cancelled')}
            hint={state.fileName}
            icon={<IconHandStop size="2.5rem" stroke={1.4} aria-hidden />}
          >
            <Leave flow={flow} />
          </Empty>
        </Paper>
      );
    case 'failed':
      return (
        <Paper fill>
          <Empty
            title={t('imports.failed')}
            hint={`${failureText(state.failure)} ${t('imports.failedHint')}`}
            icon={<IconCircleX className={look['bad']} size="2.5rem" stroke={1.6} aria-hidden />}
          >
            <Leave flow={flow} />
          </Empty>
        </Paper>
      );
  }
}

function Leave(props: { readonly flow: ImportFlow }) {
  const t = useText();
  return (
    <div className={css['buttons']}>
      <Button onClick={props.flow.leave} autoFocus>
        {t('imports.back')}
      </Button>
      <Button variant="default" onClick={props.flow.pick} loading={props.flow.isPicking}>
        {t('imports.pickAnother')}
      </Button>
    </div>
  );
}

function Working(props: {
  readonly title: string;
  readonly fileName: string;
  readonly progress: Done | null;
  readonly isStopping: boolean;
  readonly onStop: () => void;
}) {
  const t = useText();
  const { progress, isStopping } = props;
  const percent = percentOf(progress);
  const left = leftMs(progress);
  const count =
    progress === null || progress.phase === 'opening'
      ? ''
      : percent === null
        ? t('imports.progressOpen', { done: figure(progress.done) })
        : t('imports.progress', { done: figure(progress.done), total: figure(progress.total) });
  return (
    <Paper>
      <div className={look['working']}>
        <p className={look['workingTitle']}>{props.title}</p>
        <p className={look['fileName']}>{props.fileName}</p>
        <Progress.Root size="lg" radius="xl">
          <Progress.Section value={percent ?? 100} striped={percent === null} aria-label={props.title} />
        </Progress.Root>
        <div className={look['under']} role="status">
          <span>{count}</span>
          <span>
            {left !== null && left > 0 && t('imports.left', { time: lastingWords(t, Math.max(1_000, left)) })}
          </span>
        </div>
        <div className={look['stop']}>
          <Button
            variant="default"
            onClick={props.onStop}
            loading={isStopping}
            loaderProps={{ 'aria-label': t('imports.stopping') }}
          >
            {t('imports.stop')}
          </Button>
          <span className={css['quiet']}>
            {t('imports.stopPromise')} {t('imports.deskGoesOn')}
          </span>
        </div>
      </div>
    </Paper>
  );
}
