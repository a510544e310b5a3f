import { Button } from '@mantine/core';
import { IconArrowBackUp, IconCircleCheck, IconCircleDashed } from '@tabler/icons-react';
import { useState } from 'react';
import type { Output } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import type { ConsentState, ConsentWay, PersonMerge } from '../../shared/model/person.ts';
import { figure, momentWords } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { Mark } from '../lists/StatusMark.tsx';
import { saySaved } from '../lists/said.ts';
import { may, useSite } from '../lists/site.ts';
import { sexAgeWords } from '../lists/words.ts';
import { useFailureText, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';
import look from './people.module.css';

type Page = Output<'people.get'>;

/** Who else lives there: one press opens their page. */
export function Household(props: {
  readonly household: Page['household'];
  readonly onOpen: (personId: string) => void;
}) {
  const t = useText();
  if (props.household.length === 0) return null;
  return (
    <div className={css['sheetPart']}>
      <h3 className={css['section']}>{t('people.household.title')}</h3>
      <ul className={look['household']}>
        {props.household.map((person) => (
          <li key={person.personId}>
            <button type="button" className={look['member']} onClick={() => props.onOpen(person.personId)}>
              <b>{person.nameMasked}</b>
              <span className={css['quiet']}>{sexAgeWords(t, person)}</span>
              <span className={look['memberMark']}>
                {person.testedThisRound ? (
                  <Mark tone="done" icon={IconCircleCheck} word={t('people.household.tested')} />
                ) : (
                  <Mark tone="neutral" icon={IconCircleDashed} word={t('people.household.notTested')} />
                )}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What is noted of the person's consent, and the two ways to note one. */
export function ConsentPart(props: { readonly page: Page; readonly onChanged: () => void }) {
  const t = useText();
  const failureText = useFailureText();
  const { zone, language, today } = useSite();
  const note = useStationAction('people.noteConsent');
  const [failure, setFailure] = useState<Failure | null>(null);
  const { person, consent, isChild } = props.page;
  const lacksGuardian = isChild && person.guardianMasked === null;

  async function save(state: ConsentState, how: ConsentWay): Promise<void> {
    setFailure(null);
    const reply = await note.run({ requestId: crypto.randomUUID(), personId: person.personId, state, how });
    if (!reply.ok) return setFailure(reply.error);
    props.onChanged();
  }
  const isGiven = consent?.state === 'given';
  return (
    <div className={css['sheetPart']}>
      <h3 className={css['section']}>{t('people.consent.title')}</h3>
      {consent === null ? (
        <p className={css['quiet']}>{t('people.consent.none')}</p>
      ) : (
        <p>
          <span className={css['strong']}>{t(`people.consent.${consent.state}.${consent.how}`)}</span>{' '}
          <span className={css['quiet']}>
            {t('people.consent.noted', {
              who:
                consent.givenBy === 'self'
                  ? t('people.consent.self')
                  : t('people.consent.guardian', { name: consent.guardianMasked ?? '' }),
              at: momentWords(consent.atMs, zone, language, today),
              operator: consent.operatorName,
            })}
          </span>
        </p>
      )}
      {lacksGuardian ? (
        <p className={css['quiet']}>{t('people.consent.needsGuardian')}</p>
      ) : (
        <div className={`${css['buttons']} ${look['under']}`}>
          {isGiven ? (
            <Button variant="default" loading={note.isBusy} onClick={() => void save('withdrawn', consent.how)}>
              {t('people.consent.withdraw')}
            </Button>
          ) : (
            (['oral', 'paper'] as const).map((how) => (
              <Button key={how} variant="default" loading={note.isBusy} onClick={() => void save('given', how)}>
                {t(`people.consent.${how}`)}
              </Button>
            ))
          )}
        </div>
      )}
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
    </div>
  );
}

/** Who turned out to be this person; each can be taken back. */
export function Merges(props: { readonly merges: readonly PersonMerge[]; readonly onChanged: () => void }) {
  const t = useText();
  const site = useSite();
  const failureText = useFailureText();
  const undo = useStationAction('people.undoMerge');
  const [asked, setAsked] = useState<string | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const { zone, language, today } = site;
  if (props.merges.length === 0) return null;
  const mayUndo = may(site.operator, 'people.merge');

  async function takeBack(mergeId: string): Promise<void> {
    setFailure(null);
    const reply = await undo.run({ requestId: crypto.randomUUID(), mergeId });
    setAsked(null);
    if (!reply.ok) return setFailure(reply.error);
    const { tests, stay, kept } = reply.value;
    const said = stay === 0 ? 'people.merge.undoDone' : 'people.merge.undoStay';
    saySaved(
      t(said, { n: figure(tests), stay: figure(stay) }),
      kept.length === 0 ? undefined : t('people.merge.undoKept'),
    );
    props.onChanged();
  }
  return (
    <div className={css['sheetPart']}>
      <h3 className={css['section']}>{t('people.merge.history')}</h3>
      <ul className={look['merges']}>
        {props.merges.map(({ mergeId, atMs, operatorName, absorbedMasked, tests, undone }) => (
          <li key={mergeId} className={look['mergeEntry']}>
            <span>
              {t('people.merge.entry', {
                name: absorbedMasked,
                n: figure(tests),
                operator: operatorName,
                at: momentWords(atMs, zone, language, today),
              })}
              {undone !== null && (
                <span className={css['quiet']}>
                  {' '}
                  {t('people.merge.undone', {
                    operator: undone.operatorName,
                    at: momentWords(undone.atMs, zone, language, today),
                  })}
                </span>
              )}
            </span>
            {undone === null && mayUndo && asked !== mergeId && (
              <Button
                variant="default"
                leftSection={<IconArrowBackUp size="1.125rem" aria-hidden />}
                onClick={() => setAsked(mergeId)}
              >
                {t('people.merge.undo')}
              </Button>
            )}
            {asked === mergeId && (
              <div className={look['mergeAsk']}>
                <Notice tone="attention">{t('people.merge.undoConfirm')}</Notice>
                <div className={css['buttons']}>
                  <Button loading={undo.isBusy} onClick={() => void takeBack(mergeId)}>
                    {t('people.merge.undo')}
                  </Button>
                  <Button variant="default" onClick={() => setAsked(null)}>
                    {t('lists.cancel')}
                  </Button>
                </div>
              </div>
            )}
          </li>
        ))}
      </ul>
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
    </div>
  );
}
