import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Output } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import { figure, momentWords } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { Paper } from '../lists/Screen.tsx';
import { saySaved } from '../lists/said.ts';
import { may, useSite } from '../lists/site.ts';
import { lastingWords } from '../lists/words.ts';
import { useFailureText, useStationAction } from '../station.ts';
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
export function ParkedPanel(props: {
  readonly rows: readonly Parked[];
  readonly onOpen: (testId: string) => void;
  readonly onMended: () => void;
}) {
  const t = useText();
  const { zone, language, today, operator } = useSite();
  const failureText = useFailureText();
  const mend = useStationAction('sync.mend');
  const [failure, setFailure] = useState<Failure | null>(null);
  const mayMend = may(operator, 'sync.connect');

  async function send(recordKey: string): Promise<void> {
    setFailure(null);
    const reply = await mend.run({ requestId: crypto.randomUUID(), recordKey });
    if (reply.ok) saySaved(t('sync.mended'));
    else setFailure(reply.error);
    props.onMended();
  }

  return (
    <Paper title={t('sync.parkedTitle')} note={t('sync.parkedNote')}>
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
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
              <div className={css['buttons']}>
                {mayMend && row.mending !== 'none' && (
                  <Button onClick={() => void send(row.recordKey)} disabled={mend.isBusy}>
                    {t('sync.mend')}
                  </Button>
                )}
                <Button variant="default" onClick={() => props.onOpen(row.testId)}>
                  {t('sync.openTest')}
                </Button>
              </div>
            </li>
          );
        })}
      </ul>
    </Paper>
  );
}

/** What is unsent, by kind, and how old. */
export function WaitingPanel(props: { readonly rows: Output<'sync.get'>['waiting']; readonly nowMs: number }) {
  const t = useText();
  return (
    <Paper title={t('sync.byKind')}>
      <dl className={css['facts']}>
        {props.rows.map((row) => (
          <div key={row.kind} className={look['kind']}>
            <dt>{kindWord(t, row.kind)}</dt>
            <dd>
              {t('sync.kindCount', {
                n: figure(row.n),
                time: lastingWords(t, Math.max(0, props.nowMs - row.oldestAtMs)),
              })}
            </dd>
          </div>
        ))}
      </dl>
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
                <span className={css['strong']}>{t('results.kitTail', { tail: row.kitTail })}</span> ·{' '}
                {t(`sync.conflictKind.${row.kind}`)} · {t('sync.seen')} {moment(row.seenAtMs)}
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
