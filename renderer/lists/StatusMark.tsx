import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconCircleMinus,
  IconCirclePlus,
  IconCircleX,
  IconClock,
  IconCloudCheck,
  IconCloudUp,
  IconCloudX,
  IconHelpCircle,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { CentralState, TestStatus } from '../../shared/model/test.ts';
import { useText } from '../text/index.ts';
import css from './lists.module.css';

export type MarkTone = 'done' | 'waiting' | 'attention' | 'refused' | 'positive' | 'neutral' | 'plain';
type Icon = ComponentType<{ size?: string | number; 'aria-hidden'?: boolean }>;

/** A word with its own icon in the colour of its meaning: told apart in greyscale too. */
export function Mark(props: { readonly tone: MarkTone; readonly icon: Icon; readonly word: string }) {
  const Icon = props.icon;
  return (
    <span className={css['mark']} data-tone={props.tone}>
      <Icon size="1.125em" aria-hidden />
      {props.word}
    </span>
  );
}

const statusLook: Readonly<Record<TestStatus, { readonly tone: MarkTone; readonly icon: Icon }>> = {
  pending: { tone: 'waiting', icon: IconClock },
  negative: { tone: 'plain', icon: IconCircleMinus },
  positive: { tone: 'positive', icon: IconCirclePlus },
  invalid: { tone: 'attention', icon: IconHelpCircle },
  void: { tone: 'neutral', icon: IconCircleX },
  undone: { tone: 'neutral', icon: IconArrowBackUp },
};

export function StatusMark(props: { readonly status: TestStatus }) {
  const t = useText();
  return <Mark {...statusLook[props.status]} word={t(`lists.status.${props.status}`)} />;
}

const centralLook: Readonly<Record<CentralState, { readonly tone: MarkTone; readonly icon: Icon }>> = {
  local: { tone: 'neutral', icon: IconClock },
  waiting: { tone: 'waiting', icon: IconCloudUp },
  sent: { tone: 'done', icon: IconCloudCheck },
  parked: { tone: 'refused', icon: IconCloudX },
  conflict: { tone: 'attention', icon: IconAlertTriangle },
};

/** What the central service knows of a test. */
export function CentralMark(props: { readonly state: CentralState }) {
  const t = useText();
  return <Mark {...centralLook[props.state]} word={t(`results.centralState.${props.state}`)} />;
}
