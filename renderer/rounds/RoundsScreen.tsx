import { Badge, Button, SegmentedControl, Select } from '@mantine/core';
import { IconFlag, IconPencil, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { Round } from '../../shared/model/round.ts';
import { useLook } from '../lists/calls.ts';
import { Awaited } from '../lists/Empty.tsx';
import { dayWords } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Paper, Screen } from '../lists/Screen.tsx';
import { SideSheet } from '../lists/SideSheet.tsx';
import { may, useSite } from '../lists/site.ts';
import { OrganisationsView } from '../organisations/OrganisationsView.tsx';
import { useText } from '../text/index.ts';
import { CoverageView } from './CoverageView.tsx';
import { NotTestedView } from './NotTestedView.tsx';
import { RoundForm } from './RoundForm.tsx';
import { StandingForm } from './StandingForm.tsx';

const views = ['coverage', 'notTested', 'organisations'] as const;
type View = (typeof views)[number];
type Sheet = 'open' | 'change' | 'standing' | null;

/** One round at a time: how far it has come, house by house, and who is still to be reached. */
export function RoundsScreen() {
  const t = useText();
  const site = useSite();
  const looked = useLook('rounds.list', {});
  const [chosenId, setChosenId] = useState<string | null>(null);
  const [view, setView] = useState<View>('coverage');
  const [building, setBuilding] = useState<string | null>(null);
  const [sheet, setSheet] = useState<Sheet>(null);
  const mayKeep = may(site.operator, 'rounds.open');
  const value = looked.value;
  if (value === undefined) {
    return (
      <Screen title={t('rounds.title')}>
        <Paper fill>
          <Awaited failure={looked.failure} onRetry={looked.again} />
        </Paper>
      </Screen>
    );
  }
  const round = value.rounds.find(({ id }) => id === chosenId) ?? value.rounds.find(({ id }) => id === value.currentId);
  const isCurrent = round?.id === value.currentId;
  const done = (id: string): void => {
    setSheet(null);
    setChosenId(id);
    looked.again();
  };
  const toList = (name: string): void => {
    setBuilding(name);
    setView('notTested');
  };
  return (
    <Screen
      title={t('rounds.title')}
      beside={
        <>
          <Select
            aria-label={t('rounds.which')}
            allowDeselect={false}
            w="16rem"
            value={round?.id ?? null}
            onChange={setChosenId}
            data={value.rounds.map(({ id, name, day }) => ({
              value: id,
              label: `${name} · ${dayWords(day, site.language, site.today)}`,
            }))}
          />
          {round !== undefined && <Standing round={round} isCurrent={isCurrent} />}
        </>
      }
      actions={
        mayKeep && (
          <>
            {round !== undefined && (
              <>
                <Button
                  variant="default"
                  leftSection={<IconFlag size="1.125rem" aria-hidden />}
                  onClick={() => setSheet('standing')}
                >
                  {t('rounds.standing')}
                </Button>
                <Button
                  variant="default"
                  leftSection={<IconPencil size="1.125rem" aria-hidden />}
                  onClick={() => setSheet('change')}
                >
                  {t('rounds.change')}
                </Button>
              </>
            )}
            <Button leftSection={<IconPlus size="1.125rem" aria-hidden />} onClick={() => setSheet('open')}>
              {t('rounds.open')}
            </Button>
          </>
        )
      }
    >
      {round !== undefined && (
        <>
          <div className={css['bar']}>
            <SegmentedControl
              aria-label={t('rounds.title')}
              value={view}
              onChange={(next) => setView(views.find((each) => each === next) ?? 'coverage')}
              data={[
                { value: 'coverage', label: t('rounds.coverage') },
                { value: 'notTested', label: t('rounds.notTested') },
                { value: 'organisations', label: t('organisations.title') },
              ]}
            />
            <span className={css['quiet']}>{roundWords(t, round, site.language, site.today)}</span>
          </div>
          {view === 'coverage' ? (
            <CoverageView key={round.id} round={round} onBuilding={toList} />
          ) : view === 'organisations' ? (
            <OrganisationsView key={round.id} round={round} />
          ) : (
            <NotTestedView key={round.id} round={round} building={building} onBuilding={setBuilding} />
          )}
        </>
      )}
      <SideSheet title={t('rounds.open')} isOpen={sheet === 'open'} onClose={() => setSheet(null)}>
        {sheet === 'open' && <RoundForm round={null} onDone={done} onCancel={() => setSheet(null)} />}
      </SideSheet>
      <SideSheet title={t('rounds.change')} isOpen={sheet === 'change'} onClose={() => setSheet(null)}>
        {sheet === 'change' && round !== undefined && (
          <RoundForm round={round} onDone={done} onCancel={() => setSheet(null)} />
        )}
      </SideSheet>
      <SideSheet title={round?.name ?? ''} isOpen={sheet === 'standing'} onClose={() => setSheet(null)}>
        {sheet === 'standing' && round !== undefined && (
          <StandingForm round={round} isCurrent={isCurrent} onDone={done} onCancel={() => setSheet(null)} />
        )}
      </SideSheet>
    </Screen>
  );
}

function Standing(props: { readonly round: Round; readonly isCurrent: boolean }) {
  const t = useText();
  const { round, isCurrent } = props;
  if (round.endedAtMs !== null) {
    return (
      <Badge variant="light" color="gray" size="lg" tt="none" fw={600}>
        {t('rounds.ended')}
      </Badge>
    );
  }
  if (!isCurrent) return null;
  return (
    <Badge variant="light" size="lg" tt="none" fw={600}>
      {t('rounds.now')}
    </Badge>
  );
}

/** Its days, whom it is for and how often, on one line. */
function roundWords(t: ReturnType<typeof useText>, round: Round, language: 'zh-CN' | 'en', today: string): string {
  const { targetIs } = round;
  const from = dayWords(round.day, language, today);
  return [
    round.lastDay === null
      ? t('rounds.from', { from })
      : t('rounds.fromTo', { from, to: dayWords(round.lastDay, language, today) }),
    targetIs.kind === 'all'
      ? t('rounds.forAll')
      : targetIs.kind === 'buildings'
        ? t('rounds.forBuildings', { n: targetIs.buildings.length })
        : targetIs.kind === 'organisations'
          ? targetIs.organisations.map(({ name }) => name).join(t('rounds.andAlso'))
          : t('rounds.forList', { n: targetIs.people }),
    round.everyDays === null
      ? t('rounds.once')
      : round.everyDays === 1
        ? t('rounds.daily')
        : t('rounds.everyDays', { n: round.everyDays }),
  ].join(' · ');
}
