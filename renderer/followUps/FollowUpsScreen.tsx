import { SegmentedControl } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCircleCheck, IconClock, IconHeartHandshake } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import type { FollowUp } from '../../shared/model/followUp.ts';
import { useNowMs } from '../desk/deskStore.ts';
import type { Column } from '../lists/CalmTable.tsx';
import { useLook } from '../lists/calls.ts';
import { Awaited, Empty } from '../lists/Empty.tsx';
import { momentWords } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Paper, Screen } from '../lists/Screen.tsx';
import { Mark, StatusMark } from '../lists/StatusMark.tsx';
import { useSite } from '../lists/site.ts';
import { WholeList } from '../lists/WholeList.tsx';
import { addressWords, lastingWords } from '../lists/words.ts';
import { useText } from '../text/index.ts';
import { FollowUpSheet } from './FollowUpSheet.tsx';
import look from './followUps.module.css';

/** As many as one list shows; a site has far fewer open at a time. */
const shownMost = 500;

/** Every positive until somebody has seen to it: what is due first stands on top. */
export function FollowUpsScreen() {
  const t = useText();
  const { zone, language, today } = useSite();
  const nowMs = useNowMs();
  const [state, setState] = useState<'open' | 'closed'>('open');
  const [testId, setTestId] = useState<string | null>(null);
  const looked = useLook('followUps.list', { state, limit: shownMost });

  const columns = useMemo<readonly Column<FollowUp>[]>(
    () => [
      {
        key: 'due',
        heading: t(state === 'open' ? 'followUps.next' : 'followUps.ended'),
        width: 'minmax(13rem, 1.4fr)',
        cell: (row) =>
          row.closedAtMs === null ? (
            <Due row={row} nowMs={nowMs} />
          ) : (
            <span className={css['quiet']}>{momentWords(row.closedAtMs, zone, language, today)}</span>
          ),
      },
      {
        key: 'person',
        heading: t('results.person'),
        width: 'minmax(6rem, 0.8fr)',
        cell: (row) => <span className={css['strong']}>{row.nameMasked}</span>,
      },
      {
        key: 'address',
        heading: t('results.address'),
        width: 'minmax(9rem, 1fr)',
        cell: (row) => addressWords(t, row.address),
      },
      {
        key: 'steps',
        heading: t('followUps.steps'),
        width: '8.5rem',
        cell: (row) => <Steps row={row} />,
      },
      {
        key: 'status',
        heading: t('results.status'),
        width: '7.5rem',
        cell: (row) => <StatusMark status={row.status} />,
      },
      {
        key: 'opened',
        heading: t('followUps.opened'),
        width: '8.5rem',
        cell: (row) => <span className={css['quiet']}>{momentWords(row.openedAtMs, zone, language, today)}</span>,
      },
      {
        key: 'kit',
        heading: t('results.kit'),
        width: '8rem',
        cell: (row) => <span className={css['quiet']}>{t('results.kitTail', { tail: row.kitTail })}</span>,
      },
    ],
    [t, state, zone, language, today, nowMs],
  );
  const textsOf = useCallback((row: FollowUp) => [row.nameMasked, addressWords(t, row.address), row.kitTail], [t]);
  const value = looked.value;
  return (
    <Screen title={t('followUps.title')}>
      {value === undefined ? (
        <Paper fill>
          <Awaited failure={looked.failure} onRetry={looked.again} />
        </Paper>
      ) : (
        <WholeList
          label={t('followUps.title')}
          searchFor={t('followUps.search')}
          rows={value.rows}
          columns={columns}
          rowKey={(row) => row.testId}
          textsOf={textsOf}
          onOpen={(row) => setTestId(row.testId)}
          filter={
            <SegmentedControl
              aria-label={t('followUps.title')}
              value={state}
              onChange={(next) => setState(next === 'closed' ? 'closed' : 'open')}
              data={[
                { value: 'open', label: t('followUps.open') },
                { value: 'closed', label: t('followUps.closed') },
              ]}
            />
          }
          hint={
            value.total > shownMost
              ? t('lists.firstOnly', { shown: shownMost })
              : t(state === 'open' ? 'followUps.openHint' : 'lists.keysOpen')
          }
          empty={
            <Empty
              title={t(state === 'open' ? 'followUps.empty' : 'followUps.emptyClosed')}
              hint={t('followUps.emptyHint')}
              icon={<IconHeartHandshake size="2.5rem" stroke={1.4} aria-hidden />}
            />
          }
        />
      )}
      <FollowUpSheet testId={testId} onClose={() => setTestId(null)} />
    </Screen>
  );
}

/** The next step that is due, and for how long it is or still has. */
function Due(props: { readonly row: FollowUp; readonly nowMs: number }) {
  const t = useText();
  const { row, nowMs } = props;
  const next = row.steps.find(({ done, dueAtMs }) => done === null && dueAtMs === row.nextDueAtMs);
  if (next === undefined) return <Mark tone="done" icon={IconCircleCheck} word={t('followUps.allDone')} />;
  const step = t(`followUps.step.${next.step}`);
  const leftMs = next.dueAtMs - nowMs;
  return leftMs < 0 ? (
    <Mark
      tone="attention"
      icon={IconAlertTriangle}
      word={t('followUps.overdue', { step, time: lastingWords(t, -leftMs) })}
    />
  ) : (
    <Mark tone="waiting" icon={IconClock} word={t('followUps.dueIn', { step, time: lastingWords(t, leftMs) })} />
  );
}

/** As many marks as steps, so that one look down the list tells how far each is. */
function Steps(props: { readonly row: FollowUp }) {
  const t = useText();
  const { steps } = props.row;
  const done = steps.filter((step) => step.done !== null).length;
  return (
    <span className={look['dots']} role="img" aria-label={t('followUps.stepsDone', { done, all: steps.length })}>
      {steps.map(({ step, done: isDone }) => (
        <span key={step} className={look['dot']} data-done={isDone !== null} title={t(`followUps.step.${step}`)}>
          {isDone !== null && <IconCheck size="0.875rem" stroke={3} aria-hidden />}
        </span>
      ))}
    </span>
  );
}
