import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconClock, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import css from './lists.module.css';

export type NoticeTone = 'attention' | 'refused' | 'waiting' | 'done' | 'neutral';
const icons = {
  attention: IconAlertTriangle,
  refused: IconCircleX,
  waiting: IconClock,
  done: IconCircleCheck,
  neutral: IconInfoCircle,
};

/** One or two sentences that stand where they matter; read aloud when they appear. */
export function Notice(props: { readonly tone: NoticeTone; readonly children: ReactNode }) {
  const Icon = icons[props.tone];
  return (
    <div className={css['notice']} data-tone={props.tone} role={props.tone === 'refused' ? 'alert' : 'status'}>
      <Icon className={css['noticeIcon']} size="1.25rem" aria-hidden />
      <div className={css['noticeWords']}>{props.children}</div>
    </div>
  );
}
