import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { Found, FoundTail } from '../lists/Found.tsx';
import { figure } from '../lists/formats.ts';
import { addressWords, sexAgeWords } from '../lists/words.ts';
import { listedDocument, shownPhone, useHides } from '../privacy/privacy.ts';
import { useStation } from '../station.ts';
import { useText } from '../text/index.ts';
import { Kbd } from '../ui/Kbd.tsx';
import css from './desk.module.css';
import { desk } from './deskStore.ts';
import { useHand } from './hand.ts';
import { BackKey, Verdict } from './parts.tsx';

const shownAtMost = 7;

/** Somebody without a code: found on the roster, or registered. */
export function FindPerson() {
  const t = useText();
  const hand = useHand();
  const hides = useHides();
  const field = useRef<HTMLInputElement>(null);
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const asked = query.trim();
  const { data, isPlaceholderData } = useStation(
    'people.list',
    { query: asked, limit: shownAtMost },
    { enabled: asked !== '', keepFormer: true },
  );
  const people = asked === '' ? [] : (data?.rows ?? []);
  // The row behind the people is the short form.
  const last = people.length;
  const current = Math.min(at, last);
  useEffect(() => field.current?.focus(), []);

  const looksLikeName = asked !== '' && !/\d/.test(asked);
  const register = () => hand.show({ kind: 'newPerson', name: looksLikeName ? asked : '' });
  const take = (index: number): void => {
    const person = people[index];
    if (person === undefined) register();
    else void desk.act('desk.choosePerson', { personId: person.personId });
  };
  // Enter before the answer has come: the rows are still those of the former text, and the one on top is somebody else.
  const isBehind = asked !== '' && (data === undefined || isPlaceholderData);
  const [isEntered, setEntered] = useState(false);
  const takeTop = useRef(() => {});
  useEffect(() => {
    takeTop.current = () => take(current);
  });
  useEffect(() => {
    if (!isEntered || isBehind) return;
    setEntered(false);
    takeTop.current();
  }, [isEntered, isBehind]);

  return (
    <>
      <Verdict tone="neutral" icon={IconSearch} word={t('desk.find.word')}>
        <BackKey />
      </Verdict>
      <TextInput
        ref={field}
        size="lg"
        type="search"
        aria-label={t('desk.find.word')}
        placeholder={t('desk.find.label')}
        role="combobox"
        aria-expanded={people.length > 0}
        aria-controls="found-people"
        aria-activedescendant={`found-${current}`}
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setAt(0);
          setEntered(false);
        }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (step !== undefined) {
            event.preventDefault();
            setAt(Math.min(Math.max(current + step, 0), last));
          } else if (event.key === 'Enter') {
            event.preventDefault();
            if (isBehind) setEntered(true);
            else if (asked !== '') take(current);
          }
        }}
      />
      <div id="found-people" className={css['found']} role="listbox" aria-label={t('desk.find.results')}>
        {people.map((person, index) => (
          <button
            type="button"
            tabIndex={-1}
            key={person.personId}
            id={`found-${index}`}
            role="option"
            aria-selected={index === current}
            className={css['foundRow']}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(index)}
          >
            <b>
              <Found isMarked={person.matched.includes('name')}>{person.nameMasked}</Found>
            </b>
            <span>{sexAgeWords(t, person)}</span>
            <span>
              <Found isMarked={person.matched.includes('address')}>{addressWords(t, person.address)}</Found>
            </span>
            <span className={css['faint']}>
              {person.matched.includes('phone') ? (
                <FoundTail isMarked text={shownPhone(t, person.phoneMasked, hides) ?? ''} />
              ) : (
                <FoundTail
                  isMarked={person.matched.includes('document')}
                  text={listedDocument(t, person, hides) || (shownPhone(t, person.phoneMasked, hides) ?? '')}
                />
              )}
            </span>
            <span className={css['foundMark']}>{person.testedThisRound ? t('desk.find.tested') : ''}</span>
          </button>
        ))}
        <button
          type="button"
          tabIndex={-1}
          id={`found-${last}`}
          role="option"
          aria-selected={asked !== '' && current === last}
          className={css['foundRow']}
          onMouseDown={(event) => event.preventDefault()}
          onClick={register}
        >
          <b className={css['accent']}>
            {looksLikeName ? t('desk.find.registerNamed', { name: asked }) : t('desk.find.register')}
          </b>
          <span className={css['foundNone']}>
            {asked !== '' && data !== undefined && people.length === 0 ? t('desk.find.none', { query: asked }) : ''}
            {data !== undefined && people.length > 0 && data.total > people.length
              ? t('desk.find.more', { n: data.isMore ? `${figure(data.total)}+` : figure(data.total - people.length) })
              : ''}
          </span>
        </button>
      </div>
      <p className={css['findHint']}>
        {t('desk.find.hint')} <Kbd>F3</Kbd> {t('desk.keys.typed')}
      </p>
    </>
  );
}
