import { useCallback } from 'react';
import type { Stage } from '../../shared/model/desk.ts';
import { addressWords, sexAgeWords } from '../lists/words.ts';
import { shownName, stagedDocument, useHides } from '../privacy/privacy.ts';
import { useText } from '../text/index.ts';
import { Kbd } from '../ui/Kbd.tsx';
import css from './desk.module.css';
import { desk } from './deskStore.ts';
import { useHand, useNumberKeys } from './hand.ts';
import { ClearKey, KeyButton, Line, Verdict, Waits } from './parts.tsx';

/** Several people share what was scanned: which of them is here? */
export function Choose({ stage }: { readonly stage: Extract<Stage, { kind: 'choose' }> }) {
  const t = useText();
  const hand = useHand();
  const hides = useHides();
  const { people } = stage;
  const choose = useCallback(
    (index: number) => {
      const person = people[index];
      if (person !== undefined) void desk.act('desk.choosePerson', { personId: person.personId });
    },
    [people],
  );
  useNumberKeys(people.length, choose);
  return (
    <>
      <Verdict tone="attention" word={t('desk.choose.word')}>
        <Waits untilMs={stage.expiresAtMs} />
        <ClearKey />
      </Verdict>
      <Line>
        {t('desk.choose.hint')}
        {stage.kit !== null && ` · ${t('desk.kit.waitsForThem', { tail: stage.kit.tail })}`}
      </Line>
      <ul className={css['choices']}>
        {people.map((person, index) => (
          <li key={person.personId}>
            <button type="button" className={css['choice']} onClick={() => choose(index)}>
              {index < 9 ? <Kbd>{index + 1}</Kbd> : <span />}
              <b>{shownName(person, hides)}</b>
              <span>{sexAgeWords(t, person)}</span>
              <span>{addressWords(t, person.address)}</span>
              <span>{stagedDocument(t, person, hides)}</span>
            </button>
          </li>
        ))}
      </ul>
      <div className={css['under']}>
        <KeyButton
          keyName="F2"
          label={t('desk.choose.new')}
          onPress={() => hand.show({ kind: 'newPerson', name: '' })}
        />
      </div>
    </>
  );
}
