import { Button } from '@mantine/core';
import type { Output } from '../../shared/contract.ts';
import { momentWords } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Paper } from '../lists/Screen.tsx';
import { useSite } from '../lists/site.ts';
import { type Text, useText } from '../text/index.ts';
import { parkedCode } from './connection.ts';
import look from './sync.module.css';

type Parked = Output<'sync.get'>['parked'][number];
type Conflict = Output<'sync.get'>['conflicts'][number];

const kinds = {
  'test.bound': 'bound',
  'test.resulted': 'resulted',
  'test.voided': 'voided',
  'test.kitCorrected': 'kitCorrected',
} as const;

function kindWord(t: Text, kind: string): string {
  return Object.hasOwn(kinds, kind) ? t(`sync.kind.${kinds[kind as keyof typeof kinds]}`) : kind;
}

/** Records that the central service did not take: why, and what to do, in plain words. */
export function ParkedPanel(props: { readonly rows: readonly Parked[]; readonly onOpen: (testId: string) => void }) {
  const t = useText();
  const { zone, language, today } = useSite();
  return (
    <Paper title={t('sync.parkedTitle')} note={t('sync.parkedNote')}>
      <ul className={look['aside']}>
        {props.rows.map((row) => {
          const code = parkedCode(row.code);
          return (
            <li key={row.recordKey}>
              <div className={look['asideWords']}>
                <p>
                  <span className={css['strong']}>{row.personMasked}</span> ·{' '}
                  {t('results.kitTail', { tail: row.kitTail })} · {kindWord(t, row.kind)} ·{' '}
                  {momentWords(row.atMs, zone, language, today)}
                </p>
                <p className={look['why']}>{t(`sync.parkedWhy.${code}`)}</p>
                <p className={css['quiet']}>{t(`sync.parkedTodo.${code}`)}</p>
                {row.message !== '' && (
                  <p className={css['faint']} lang="en">
                    {row.message}
                  </p>
                )}
              </div>
              <Button variant="default" onClick={() => props.onOpen(row.testId)}>
                {t('sync.openTest')}
              </Button>
            </li>
          );
        })}
      </ul>
    </Paper>
  );
}

/** One kit, two bindings: this side and, as far as it may be told, the other. */
export function ConflictsPanel(props: {
  readonly rows: readonly Conflict[];
  readonly onOpen: (testId: string) => void;
}) {
  const t = useText();
  const { zone, language, today } = useSite();
  const moment = (atMs: number): string => momentWords(atMs, zone, language, today);
  return (
    <Paper title={t('sync.conflictsTitle')} note={t('sync.conflictsNote')}>
      <ul className={look['aside']}>
        {props.rows.map((row) => (
          <li key={row.conflictId}>
            <div className={look['asideWords']}>
              <p>
                <span className={css['strong']}>{t('results.kitTail', { tail: row.kitTail })}</span> · {t('sync.seen')}{' '}
                {moment(row.seenAtMs)}
              </p>
              <dl className={css['facts']}>
                <dt>{t('sync.here')}</dt>
                <dd>
                  {row.personMasked} · {moment(row.boundAtMs)}
                </dd>
                <dt>{t('sync.there')}</dt>
                <dd>
                  {row.otherPersonMasked} · {row.otherSite} {row.otherStation} · {moment(row.otherAtMs)}
                </dd>
              </dl>
            </div>
            <Button variant="default" onClick={() => props.onOpen(row.testId)}>
              {t('sync.openTest')}
            </Button>
          </li>
        ))}
      </ul>
    </Paper>
  );
}
