import { Button, SegmentedControl } from '@mantine/core';
import { IconCircleCheck, IconCircleDashed, IconCircleMinus, IconPencil, IconUserPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { Input } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import { type Organisation, type RoundStanding, roundStandings } from '../../shared/model/organisation.ts';
import { useLook } from '../lists/calls.ts';
import { Awaited } from '../lists/Empty.tsx';
import { figure } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { SearchField } from '../lists/SearchField.tsx';
import { Mark, type MarkTone } from '../lists/StatusMark.tsx';
import { addressWords, sexAgeWords } from '../lists/words.ts';
import { useFailureText, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';
import { Contact } from './Contact.tsx';
import { KindMark } from './KindMark.tsx';
import look from './organisations.module.css';

/** People that one sheet lists; whoever wants more filters. */
const shownMost = 200;
const foundMost = 20;
const standingLook: Readonly<
  Record<RoundStanding, { readonly tone: MarkTone; readonly icon: typeof IconCircleCheck }>
> = {
  tested: { tone: 'done', icon: IconCircleCheck },
  notTested: { tone: 'neutral', icon: IconCircleDashed },
  outside: { tone: 'neutral', icon: IconCircleMinus },
};

/** One organisation: whom to ask there, and its people with how they stand in the round. */
export function OrganisationSheet(props: {
  readonly organisation: Organisation;
  readonly of: Pick<Input<'organisations.people'>, 'roundId' | 'day'>;
  readonly mayEdit: boolean;
  readonly onChange: () => void;
}) {
  const t = useText();
  const failureText = useFailureText();
  const { organisation, of, mayEdit } = props;
  const { organisationId } = organisation;
  const [standing, setStanding] = useState<'all' | RoundStanding>('all');
  const [isAdding, setAdding] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const looked = useLook('organisations.people', { organisationId, ...of, standing, limit: shownMost });
  const releasing = useStationAction('organisations.release');

  async function release(personId: string): Promise<void> {
    setFailure(null);
    const reply = await releasing.run({ requestId: crypto.randomUUID(), organisationId, personIds: [personId] });
    if (!reply.ok) setFailure(reply.error);
  }
  return (
    <>
      <div className={look['head']}>
        <div>
          <p className={css['sheetName']}>{organisation.name}</p>
          <p className={css['sheetUnder']}>
            <KindMark kind={organisation.kind} /> {organisation.creditCode ?? ''}
          </p>
        </div>
        {mayEdit && (
          <Button variant="default" leftSection={<IconPencil size="1.125rem" aria-hidden />} onClick={props.onChange}>
            {t('organisations.change')}
          </Button>
        )}
      </div>
      <div className={look['contacts']}>
        {organisation.contacts.length === 0 && <p className={css['quiet']}>{t('organisations.noContact')}</p>}
        {organisation.contacts.map((contact) => (
          <Contact key={contact.contactId} organisationId={organisationId} contact={contact} />
        ))}
      </div>
      <div className={css['sheetPart']}>
        <div className={look['bar']}>
          <SegmentedControl
            aria-label={t('organisations.standing')}
            value={standing}
            onChange={(value) => setStanding(roundStandings.find((each) => each === value) ?? 'all')}
            data={(['all', ...roundStandings] as const).map((value) => ({
              value,
              label: t(`organisations.standings.${value}`),
            }))}
          />
          {mayEdit && (
            <Button
              variant={isAdding ? 'default' : 'filled'}
              leftSection={<IconUserPlus size="1.125rem" aria-hidden />}
              onClick={() => setAdding(!isAdding)}
            >
              {t(isAdding ? 'lists.close' : 'organisations.addPeople')}
            </Button>
          )}
        </div>
        {isAdding && <AddPeople organisationId={organisationId} />}
        {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
        {looked.value === undefined ? (
          <Awaited failure={looked.failure} onRetry={looked.again} />
        ) : looked.value.rows.length === 0 ? (
          <p className={css['quiet']}>
            {organisation.people === 0
              ? `${t('organisations.noPeople')} · ${t('organisations.noPeopleHint')}`
              : t('organisations.noPeopleHere')}
          </p>
        ) : (
          <>
            <p className={css['quiet']} role="status">
              {t('lists.count', { n: figure(looked.value.total) })}
            </p>
            <ul className={look['people']} aria-label={t('organisations.people')}>
              {looked.value.rows.map((row) => (
                <li key={row.personId}>
                  <span className={css['strong']}>{row.nameMasked}</span>
                  <span className={css['quiet']}>{sexAgeWords(t, row)}</span>
                  <span>{addressWords(t, row.address)}</span>
                  <Mark {...standingLook[row.standing]} word={t(`organisations.standings.${row.standing}`)} />
                  {mayEdit ? (
                    <Button
                      variant="subtle"
                      color="gray"
                      size="compact-md"
                      aria-label={`${t('organisations.release')} ${row.nameMasked}`}
                      onClick={() => void release(row.personId)}
                    >
                      {t('organisations.release')}
                    </Button>
                  ) : (
                    <span />
                  )}
                </li>
              ))}
            </ul>
            {looked.value.total > shownMost && (
              <p className={css['quiet']}>{t('organisations.firstOnly', { shown: figure(shownMost) })}</p>
            )}
          </>
        )}
      </div>
    </>
  );
}

/** People by a search: one by one, or all who are found. */
function AddPeople(props: { readonly organisationId: string }) {
  const t = useText();
  const failureText = useFailureText();
  const { organisationId } = props;
  const [query, setQuery] = useState('');
  const [said, setSaid] = useState<string | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const enlisting = useStationAction('organisations.enlist');
  const typed = query.trim();
  const found = useLook('people.list', { query: typed, limit: foundMost }).value;

  async function enlist(who: Input<'organisations.enlist'>['who']): Promise<void> {
    setFailure(null);
    setSaid(null);
    const reply = await enlisting.run({ requestId: crypto.randomUUID(), organisationId, who });
    if (!reply.ok) return setFailure(reply.error);
    setSaid(t('organisations.addedMany', { added: figure(reply.value.added), there: figure(reply.value.there) }));
  }
  return (
    <div className={look['adding']}>
      <SearchField what={t('people.search')} value={query} onChange={setQuery} />
      {typed !== '' && found !== undefined && (
        <>
          <div className={look['bar']}>
            <span className={css['quiet']} role="status">
              {t(found.isMore ? 'lists.countMore' : 'lists.countFound', { n: figure(found.total) })}
            </span>
            {found.total > 0 && (
              <Button
                variant="default"
                loading={enlisting.isBusy}
                onClick={() => void enlist({ kind: 'search', query: typed })}
              >
                {t('organisations.addAll')}
              </Button>
            )}
          </div>
          <ul className={look['people']} aria-label={t('organisations.find')}>
            {found.rows.map((row) => (
              <li key={row.personId}>
                <span className={css['strong']}>{row.nameMasked}</span>
                <span className={css['quiet']}>{sexAgeWords(t, row)}</span>
                <span>{addressWords(t, row.address)}</span>
                <span />
                <Button
                  variant="light"
                  size="compact-md"
                  aria-label={`${t('organisations.addOne')} ${row.nameMasked}`}
                  onClick={() => void enlist({ kind: 'people', personIds: [row.personId] })}
                >
                  {t('organisations.addOne')}
                </Button>
              </li>
            ))}
          </ul>
        </>
      )}
      {said !== null && <Notice tone="done">{said}</Notice>}
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
    </div>
  );
}
