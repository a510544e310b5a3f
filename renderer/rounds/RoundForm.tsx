import { Button, MultiSelect, Radio, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Input } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import type { Round } from '../../shared/model/round.ts';
import { isRealDay } from '../../shared/time.ts';
import { desk } from '../desk/deskStore.ts';
import { useLook } from '../lists/calls.ts';
import { DayInput } from '../lists/DayField.tsx';
import { figure } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { saySaved } from '../lists/said.ts';
import { useSite } from '../lists/site.ts';
import { checkName, nameMost } from '../settings/checks.ts';
import { useFailureText, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';
import { buildingWords } from './CoverageView.tsx';

type TargetKind = 'all' | 'buildings' | 'organisations' | 'search' | 'same';
type Rule = 'once' | 'daily' | 'every';

/** A new round, or another plan for one that is there; what was recorded in it stays as it is. */
export function RoundForm(props: {
  readonly round: Round | null;
  readonly onDone: (roundId: string) => void;
  readonly onCancel: () => void;
}) {
  const t = useText();
  const failureText = useFailureText();
  const { today } = useSite();
  const { round } = props;
  const open = useStationAction('rounds.open');
  const change = useStationAction('rounds.change');
  const buildings = useLook('rounds.buildings', {}).value?.buildings ?? [];
  const [name, setName] = useState(round?.name ?? '');
  const [day, setDay] = useState(round?.day ?? today);
  const [lastDay, setLastDay] = useState(round?.lastDay ?? '');
  const [rule, setRule] = useState<Rule>(
    round === null || round.everyDays === null ? 'once' : round.everyDays === 1 ? 'daily' : 'every',
  );
  const [every, setEvery] = useState(String(round?.everyDays ?? 3));
  const [kind, setKind] = useState<TargetKind>(
    round === null || round.targetIs.kind === 'all'
      ? 'all'
      : round.targetIs.kind === 'list'
        ? 'same'
        : round.targetIs.kind,
  );
  const [chosen, setChosen] = useState<string[]>(
    round?.targetIs.kind === 'buildings' ? [...round.targetIs.buildings] : [],
  );
  const [places, setPlaces] = useState<string[]>(
    round?.targetIs.kind === 'organisations'
      ? round.targetIs.organisations.map(({ organisationId }) => organisationId)
      : [],
  );
  const organisations = useLook('organisations.list', {}).value?.organisations ?? [];
  const [query, setQuery] = useState('');
  const [isTried, setTried] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const isBusy = open.isBusy || change.isBusy;

  const nameFault = checkName(name);
  const isLastWrong = lastDay.trim() !== '' && (!isRealDay(lastDay) || lastDay < day);
  const n = Number(every);
  const isEveryWrong = rule === 'every' && !(Number.isInteger(n) && n >= 2 && n <= 60);
  const isTargetWrong =
    (kind === 'buildings' && chosen.length === 0) ||
    (kind === 'organisations' && places.length === 0) ||
    (kind === 'search' && query.trim() === '');
  const isSound = nameFault === null && isRealDay(day) && !isLastWrong && !isEveryWrong && !isTargetWrong;

  async function submit(): Promise<void> {
    setTried(true);
    if (!isSound || isBusy) return;
    setFailure(null);
    const planned = {
      requestId: crypto.randomUUID(),
      name: name.trim(),
      day,
      lastDay: lastDay.trim() === '' ? null : lastDay,
      everyDays: rule === 'once' ? null : rule === 'daily' ? 1 : n,
    };
    const target: Input<'rounds.open'>['target'] =
      kind === 'buildings'
        ? { kind, buildings: chosen }
        : kind === 'organisations'
          ? { kind, organisationIds: places }
          : kind === 'search'
            ? { kind, query: query.trim() }
            : { kind: 'all' };
    const reply =
      round === null
        ? await open.run({ ...planned, target })
        : await change.run({ ...planned, roundId: round.id, ...(kind === 'same' ? {} : { target }) });
    if (!reply.ok) return setFailure(reply.error);
    void desk.look();
    saySaved(t(round === null ? 'rounds.isOpen' : 'rounds.isChanged', { name: reply.value.round.name }));
    props.onDone(reply.value.round.id);
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
      {round === null && <p className={css['quiet']}>{t('rounds.openHint')}</p>}
      <TextInput
        label={t('rounds.name')}
        placeholder={t('rounds.nameHint')}
        withAsterisk
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={
          nameFault === 'tooLong'
            ? t('settings.site.tooLong', { most: nameMost })
            : isTried && nameFault !== null
              ? t('rounds.nameNeeded')
              : null
        }
      />
      <div className={css['pair']}>
        <DayInput
          label={t('rounds.firstDay')}
          isLabelShown
          value={day}
          onChange={setDay}
          error={isTried && !isRealDay(day) ? t('rounds.dayNeeded') : null}
        />
        <DayInput
          label={t('rounds.lastDay')}
          isLabelShown
          placeholder={t('rounds.lastDayHint')}
          value={lastDay}
          onChange={setLastDay}
          error={isTried && isLastWrong ? t('rounds.lastDayWrong') : null}
        />
      </div>
      <Radio.Group label={t('rounds.howOften')} value={rule} onChange={(value) => setRule(value as Rule)}>
        <div className={css['choices']}>
          <Radio value="once" label={t('rounds.once')} />
          <Radio value="daily" label={t('rounds.daily')} />
          <Radio value="every" label={t('rounds.every')} />
        </div>
      </Radio.Group>
      {rule === 'every' && (
        <TextInput
          label={t('rounds.everyLabel')}
          className={css['short'] ?? ''}
          inputMode="numeric"
          maxLength={2}
          value={every}
          onChange={(event) => setEvery(event.currentTarget.value)}
          error={isEveryWrong ? t('rounds.everyWrong') : null}
          rightSection={<span className={css['unit']}>{t('rounds.days')}</span>}
          rightSectionWidth="4rem"
        />
      )}
      <Radio.Group label={t('rounds.forWhom')} value={kind} onChange={(value) => setKind(value as TargetKind)}>
        <div className={css['choices']}>
          {round?.targetIs.kind === 'list' && (
            <Radio value="same" label={t('rounds.forSame', { n: round.targetIs.people })} />
          )}
          <Radio value="all" label={t('rounds.forAll')} description={t('rounds.forAllHint')} />
          <Radio value="buildings" label={t('rounds.forSomeBuildings')} description={t('rounds.forAllHint')} />
          <Radio
            value="organisations"
            label={t('rounds.forSomeOrganisations')}
            description={t('rounds.forOrganisationsHint')}
          />
          <Radio value="search" label={t('rounds.forSearch')} description={t('rounds.forSearchHint')} />
        </div>
      </Radio.Group>
      {kind === 'buildings' && (
        <MultiSelect
          label={t('rounds.buildings')}
          searchable
          data={buildings.map(({ building, people }) => ({
            value: building,
            label: `${buildingWords(t, building)} · ${t('rounds.people', { n: figure(people) })}`,
          }))}
          value={chosen}
          onChange={setChosen}
          error={isTried && isTargetWrong ? t('rounds.buildingsNeeded') : null}
        />
      )}
      {kind === 'organisations' && (
        <MultiSelect
          label={t('rounds.organisations')}
          searchable
          nothingFoundMessage={organisations.length === 0 ? t('rounds.noOrganisations') : undefined}
          data={organisations.map(({ organisationId, name, people }) => ({
            value: organisationId,
            label: `${name} · ${t('rounds.people', { n: figure(people) })}`,
          }))}
          value={places}
          onChange={setPlaces}
          error={isTried && isTargetWrong ? t('rounds.organisationsNeeded') : null}
        />
      )}
      {kind === 'search' && (
        <TextInput
          label={t('rounds.searchLabel')}
          placeholder={t('people.search')}
          maxLength={100}
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
          error={isTried && isTargetWrong ? t('rounds.searchNeeded') : null}
        />
      )}
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <div className={css['buttons']}>
        <Button type="submit" loading={isBusy}>
          {t(round === null ? 'rounds.confirm' : 'lists.save')}
        </Button>
        <Button variant="default" onClick={props.onCancel}>
          {t('lists.cancel')}
        </Button>
      </div>
    </form>
  );
}
