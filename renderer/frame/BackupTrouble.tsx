import { IconDatabaseExclamation } from '@tabler/icons-react';
import { useStation } from '../station.ts';
import { useText } from '../text/index.ts';
import css from './frame.module.css';

/** In the bar of every screen: the newest backup is older than the plan says. Gone by itself once one is made. */
export function BackupTrouble() {
  const t = useText();
  const state = useStation('backups.state', {}).data;
  if (state === undefined || !state.isOverdue) return null;
  const words = state.failure !== null ? 'failed' : state.newestAtMs === null ? 'none' : 'late';
  return (
    <span className={css['trouble']} role="status" data-backup-trouble={words}>
      <IconDatabaseExclamation size="1rem" aria-hidden />
      {t(`backups.frame.${words}`)}
    </span>
  );
}
