import { Button } from '@mantine/core';
import type { AuditRow } from '../../../shared/model/audit.ts';
import { localTime } from '../../../shared/time.ts';
import { dayWords } from '../../lists/formats.ts';
import css from '../../lists/lists.module.css';
import { useSite } from '../../lists/site.ts';
import { useText } from '../../text/index.ts';
import look from './audit.module.css';
import { actionWords, factWords, subjectWords } from './words.ts';

/** One entry: who, when, where, what, and its place in the chain. */
export function EntrySheet(props: {
  readonly entry: AuditRow;
  readonly onPerson: (personId: string) => void;
  readonly onTest: (testId: string) => void;
  /** Shows every entry of the same subject. */
  readonly onAll: () => void;
}) {
  const t = useText();
  const { zone, language, today } = useSite();
  const { entry } = props;
  const { day, clock } = localTime(entry.atMs, zone);
  const [kind, id = ''] = entry.subject.split(/:(.*)/s);
  const who = entry.operatorId === null ? t('audit.program') : (entry.operatorName ?? entry.operatorId);
  const facts: readonly (readonly [string, string])[] = [
    [t('audit.action'), actionWords(t, entry.action)],
    [t('audit.who'), who],
    [t('audit.at'), `${dayWords(day, language, today)} ${clock}`],
    [t('audit.subject'), subjectWords(t, entry.subject)],
    ...factWords(t, entry.detail),
    ...(entry.installationId === null ? [] : [[t('audit.installation'), entry.installationId] as const]),
  ];
  return (
    <div className={css['form']} data-entry={entry.seq}>
      <dl className={css['facts']}>
        {facts.map(([label, value]) => (
          <div key={label} className={look['fact']}>
            <dt>{label}</dt>
            <dd data-selectable className={look['long']}>
              {value}
            </dd>
          </div>
        ))}
      </dl>
      <dl className={look['hashes']}>
        <dt>{t('audit.hash')}</dt>
        <dd data-selectable>
          <code>{entry.hash}</code>
        </dd>
        <dt>{t('audit.prevHash')}</dt>
        <dd data-selectable>
          <code>{entry.prevHash}</code>
        </dd>
      </dl>
      <div className={css['buttons']}>
        {kind === 'test' && <Button onClick={() => props.onTest(id)}>{t('audit.openTest')}</Button>}
        {kind === 'person' && <Button onClick={() => props.onPerson(id)}>{t('audit.openPerson')}</Button>}
        {id !== '' && (
          <Button variant="default" onClick={props.onAll}>
            {t('audit.all')}
          </Button>
        )}
      </div>
    </div>
  );
}
