import { TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useText } from '../text/index.ts';
import { Kbd } from '../ui/Kbd.tsx';
import css from './desk.module.css';
import { desk } from './deskStore.ts';
import { useHand } from './hand.ts';
import { BackKey, Line, Verdict } from './parts.tsx';

/** A code entered by hand; twice, unless a check character covers it (rule 11 of the desk). Core decides which. */
export function TypedCode() {
  const t = useText();
  const hand = useHand();
  const [first, setFirst] = useState<string | null>(typedOnce.text);
  const [text, setText] = useState('');
  const [differs, setDiffers] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // Taken once: the form that is opened next starts afresh.
    typedOnce.text = null;
    field.current?.focus();
  }, []);

  async function send(): Promise<void> {
    const entered = text.trim();
    if (entered === '') return;
    if (first !== null && entered !== first) {
      setDiffers(true);
      setFirst(null);
      setText('');
      field.current?.focus();
      return;
    }
    const reply = first === null ? await desk.scanTyped(entered) : await desk.scanTyped(first, entered);
    if (!reply.ok || reply.value.stage.kind !== 'refused' || reply.value.stage.code !== 'typedOnce') return;
    // The stage has changed with the answer, and this form with it: it goes on with the second entry.
    typedOnce.text = entered;
    hand.show({ kind: 'typed' });
    setFirst(entered);
    setText('');
    setDiffers(false);
    field.current?.focus();
  }

  return (
    <>
      <Verdict tone="neutral" word={t('desk.typed.word')}>
        <BackKey />
      </Verdict>
      <form
        className={css['typedForm']}
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <TextInput
          ref={field}
          size="xl"
          label={first === null ? t('desk.typed.first') : t('desk.typed.second')}
          description={first === null ? t('desk.typed.hint') : t('desk.typed.secondHint')}
          error={differs ? t('desk.typed.differs') : null}
          maxLength={8192}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setDiffers(false);
          }}
        />
        <button type="submit" className={css['mainButton']} disabled={text.trim() === ''}>
          {t('desk.keys.next')} <Kbd>{t('desk.keys.enter')}</Kbd>
        </button>
      </form>
      {first !== null && <Line>{'•'.repeat(Math.min(first.length, 24))}</Line>}
    </>
  );
}

/** The first entry, while the stage changes under the form. */
const typedOnce: { text: string | null } = { text: null };
