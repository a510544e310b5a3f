import { Badge, Button, Progress, TextInput } from '@mantine/core';
import { useCallback, useMemo, useState } from 'react';
import type { Failure } from '../../shared/errors.ts';
import type { Round } from '../../shared/model/round.ts';
import { isRealDay } from '../../shared/time.ts';
import { desk } from '../desk/deskStore.ts';
import type { Column } from '../lists/CalmTable.tsx';
import { useLook } from '../lists/calls.ts';
import { DayInput } from '../lists/DayField.tsx';
import { Awaited, Empty } from '../lists/Empty.tsx';
import { dayWords, figure, momentWords, share } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { Paper } from '../lists/Screen.tsx';
import { SideSheet } from '../lists/SideSheet.tsx';
import { saySaved } from '../lists/said.ts';
import { useSite } from '../lists/site.ts';
import { WholeList } from '../lists/WholeList.tsx';
import { useFailureText, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';
import { checkName, nameMost } from './checks.ts';
import look from './settings.module.css';

/** All rounds, the current one first; a new one starts everybody as not tested. */
export function RoundsTab() {
  const t = useText();
  const { zone, language, today } = useSite();
  const looked = useLook('rounds.list', {});
  const [isOpening, setOpening] = useState(false);
  const currentId = looked.value?.currentId;

  const columns = useMemo<readonly Column<Round>[]>(
    () => [
      {
        key: 'name',
        heading: t('settings.rounds.name'),
        width: 'minmax(10rem, 1.5fr)',
        sortBy: (row) => row.name,
        cell: (row) => (
          <>
            <span className={css['strong']}>{row.name}</span>{' '}
            {row.id === currentId && (
              <Badge variant="light" size="lg" tt="none" fw={600}>
                {t('settings.rounds.now')}
              </Badge>
            )}
          </>
        ),
      },
      {
        key: 'day',
        heading: t('settings.rounds.day'),
        width: '8rem',
        sortBy: (row) => row.day,
        cell: (row) => dayWords(row.day, language, today),
      },
      {
        key: 'opened',
        heading: t('settings.rounds.opened'),
        width: '9rem',
        sortBy: (row) => row.openedAtMs,
        cell: (row) => <span className={css['quiet']}>{momentWords(row.openedAtMs, zone, language, today)}</span>,
      },
      {
        key: 'tested',
        heading: t('settings.rounds.tested'),
        width: '6rem',
        align: 'end',
        sortBy: (row) => row.tested,
        cell: (row) => <span className={css['strong']}>{figure(row.tested)}</span>,
      },
      {
        key: 'target',
        heading: t('settings.rounds.target'),
        width: '6rem',
        align: 'end',
        sortBy: (row) => row.target,
        cell: (row) => figure(row.target),
      },
      {
        key: 'coverage',
        heading: t('settings.rounds.coverage'),
        width: 'minmax(9rem, 1fr)',
        cell: (row) => (
          <span className={look['coverage']}>
            <Progress
              value={row.target === 0 ? 0 : Math.min(100, (row.tested / row.target) * 100)}
              aria-label={t('settings.rounds.coverage')}
              size="md"
              color="gray"
            />
            {share(row.tested, row.target) ?? t('lists.none')}
          </span>
        ),
      },
    ],
    [t, zone, language, today, currentId],
  );
  const textsOf = useCallback((row: Round) => [row.name, row.day], []);
  if (looked.value === undefined) {
    return (
      <Paper fill>
        <Awaited failure={looked.failure} onRetry={looked.again} />
      </Paper>
    );
  }
  const open = <Button onClick={() => setOpening(true)}>{t('settings.rounds.open')}</Button>;
  return (
    <>
      <WholeList
        label={t('settings.tabs.rounds')}
        searchFor={t('settings.rounds.name')}
        rows={looked.value.rounds}
        columns={columns}
        rowKey={(row) => row.id}
        textsOf={textsOf}
        filter={open}
        empty={
          <Empty title={t('settings.rounds.empty')} hint={t('settings.rounds.emptyHint')}>
            {open}
          </Empty>
        }
      />
      <SideSheet title={t('settings.rounds.open')} isOpen={isOpening} onClose={() => setOpening(false)}>
        <OpenRound
          today={today}
          onCancel={() => setOpening(false)}
          onDone={() => {
            setOpening(false);
            looked.again();
          }}
        />
      </SideSheet>
    </>
  );
}

function OpenRound(props: { readonly today: string; readonly onDone: () => void; readonly onCancel: () => void }) {
  const t = useText();
  const failureText = useFailureText();
  const open = useStationAction('rounds.open');
  const [name, setName] = useState('');
  const [day, setDay] = useState(props.today);
  const [isTried, setTried] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const nameFault = checkName(name);

  async function submit(): Promise<void> {
    setTried(true);
    if (nameFault !== null || !isRealDay(day) || open.isBusy) return;
    setFailure(null);
    const reply = await open.run({ requestId: crypto.randomUUID(), name: name.trim(), day });
    if (!reply.ok) return setFailure(reply.error);
    void desk.look();
    saySaved(t('settings.rounds.isOpen', { name: reply.value.round.name }));
    props.onDone();
  }

  return (
    <form
      className={css['form']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <p className={css['quiet']}>{t('settings.rounds.openHint')}</p>
      <TextInput
        label={t('settings.rounds.newName')}
        placeholder={t('settings.rounds.newNameHint')}
        withAsterisk
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={
          nameFault === 'tooLong'
            ? t('settings.site.tooLong', { most: nameMost })
            : isTried && nameFault !== null
              ? t('settings.rounds.nameNeeded')
              : null
        }
      />
      <DayInput
        label={t('settings.rounds.newDay')}
        isLabelShown
        value={day}
        onChange={setDay}
        error={isTried && !isRealDay(day) ? t('settings.rounds.dayNeeded') : null}
      />
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <div className={css['buttons']}>
        <Button type="submit" loading={open.isBusy}>
          {t('settings.rounds.confirm')}
        </Button>
        <Button variant="default" onClick={props.onCancel}>
          {t('lists.cancel')}
        </Button>
      </div>
    </form>
  );
}
