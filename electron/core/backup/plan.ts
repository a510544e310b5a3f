import { type Backup, type BackupPlan, backupPlanSchema } from '../../../shared/model/backup.ts';
import { hour, localDay, minute } from '../../../shared/time.ts';
import type { Tables } from '../../db/tables.ts';

/** Before anybody has planned anything: every four hours, into the register's own folder. */
const usualPlan: BackupPlan = { schedule: { kind: 'every', hours: 4 }, keepNewest: 6, keepDailyDays: 14 };
/** How late a backup may be before the frame says so, ms. */
export const lateAfterMs = 1 * hour;

export function readPlan(tables: Tables): BackupPlan {
  const text = tables.settings.get('backups.plan');
  return text === null ? usualPlan : backupPlanSchema.parse(JSON.parse(text));
}

/**
 * When the plan wants the next backup after one at `lastMs`, epoch ms; null when it wants none. Times are of the site's
 * clock; a time that a change of the clock leaves out is taken as its neighbour.
 */
export function nextDueAtMs(plan: BackupPlan, lastMs: number, zone: string): number | null {
  const { schedule } = plan;
  if (schedule.kind === 'off') return null;
  if (schedule.kind === 'every') return lastMs + schedule.hours * hour;
  // The next quarter of a minute at which the site's clock shows one of the times: looked for minute by minute.
  const from = Math.floor(lastMs / minute) * minute + minute;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const wanted = new Set(schedule.times);
  for (let at = from; at <= from + 26 * hour; at += minute) if (wanted.has(format.format(at))) return at;
  return from + 24 * hour;
}

/**
 * Which backups the plan no longer keeps. Kept are the newest so many, the last one of each day for so many days, and
 * those made before a migration or a re-keying as long as their day is kept. The newest of all stays whatever the plan says.
 */
export function overdueForRotation(
  backups: readonly Backup[],
  plan: BackupPlan,
  nowMs: number,
  zone: string,
): readonly Backup[] {
  const newestFirst = [...backups].sort((a, b) => b.madeAtMs - a.madeAtMs);
  const oldestKept = localDay(nowMs - plan.keepDailyDays * 24 * hour, zone);
  const days = new Set<string>();
  return newestFirst.filter((backup, index) => {
    const day = localDay(backup.madeAtMs, zone);
    const isLastOfDay = !days.has(day);
    days.add(day);
    if (index < Math.max(1, plan.keepNewest)) return false;
    if (plan.keepDailyDays === 0 || day <= oldestKept) return true;
    return !(isLastOfDay || backup.why === 'migration' || backup.why === 'rekey');
  });
}
