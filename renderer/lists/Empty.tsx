import { Button, Loader } from '@mantine/core';
import { IconAlertTriangle, IconInbox, IconSearchOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Failure } from '../../shared/errors.ts';
import { useFailureText } from '../station.ts';
import { useText } from '../text/index.ts';
import css from './lists.module.css';

/** Where there is nothing: what it would be, and what to do so that there is something. */
export function Empty(props: {
  readonly title: string;
  readonly hint: string;
  readonly children?: ReactNode;
  readonly icon?: ReactNode;
}) {
  return (
    <div className={css['empty']} role="status">
      <span className={css['emptyIcon']}>{props.icon ?? <IconInbox size="2.5rem" stroke={1.4} aria-hidden />}</span>
      <p className={css['emptyTitle']}>{props.title}</p>
      <p className={css['emptyHint']}>{props.hint}</p>
      {props.children}
    </div>
  );
}

export function NothingFound(props: { readonly query: string; readonly onClear: () => void }) {
  const t = useText();
  return (
    <Empty
      title={t('lists.nothingFound', { query: props.query })}
      hint={t('lists.nothingFoundHint')}
      icon={<IconSearchOff size="2.5rem" stroke={1.4} aria-hidden />}
    >
      <Button variant="default" onClick={props.onClear}>
        {t('lists.showAll')}
      </Button>
    </Empty>
  );
}

/** What was asked for is on its way, or did not come: then why, and once more. */
export function Awaited(props: { readonly failure: Failure | null; readonly onRetry: () => void }) {
  const t = useText();
  const failureText = useFailureText();
  if (props.failure === null) {
    return (
      <div className={css['empty']} role="status">
        <Loader size="sm" aria-hidden />
        <p className={css['emptyHint']}>{t('lists.loading')}</p>
      </div>
    );
  }
  return (
    <Empty
      title={t('lists.failed')}
      hint={failureText(props.failure)}
      icon={<IconAlertTriangle size="2.5rem" stroke={1.4} aria-hidden />}
    >
      <Button variant="default" onClick={props.onRetry}>
        {t('lists.retry')}
      </Button>
    </Empty>
  );
}
