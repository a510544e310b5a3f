import { TextInput } from '@mantine/core';
import { useCallback, useState } from 'react';
import type { ReasonCode } from '../../shared/model/test.ts';
import { useText } from '../text/index.ts';
import { Kbd } from '../ui/Kbd.tsx';
import css from './desk.module.css';
import { useHand, useNumberKeys } from './hand.ts';

/** Why something unusual is done: one number key, and for another reason a few words. */
export function Reasons(props: { readonly codes: readonly ReasonCode[] }) {
  const t = useText();
  const hand = useHand();
  const { codes } = props;
  const [isOther, setOther] = useState(false);
  const [words, setWords] = useState('');
  const choose = useCallback(
    (index: number) => {
      const code = codes[index];
      if (code === undefined) return;
      if (code === 'other') setOther(true);
      else hand.giveReason(code, '');
    },
    [codes, hand],
  );
  useNumberKeys(codes.length, choose);
  const isEnough = words.trim().length >= 2;
  return (
    <div className={css['reasons']}>
      {codes.map((code, index) => (
        <button
          key={code}
          type="button"
          className={css['reason']}
          data-reason={code}
          aria-pressed={code === 'other' ? isOther : undefined}
          onClick={() => choose(index)}
        >
          <Kbd>{index + 1}</Kbd> {t(`results.reasonCode.${code}`)}
        </button>
      ))}
      {isOther && (
        <form
          className={css['reasonWords']}
          onSubmit={(event) => {
            event.preventDefault();
            if (isEnough) hand.giveReason('other', words.trim());
          }}
        >
          <TextInput
            data-autofocus
            autoFocus
            size="md"
            maxLength={200}
            aria-label={t('desk.reasonWords')}
            placeholder={t('desk.reasonWords')}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
          <button type="submit" className={css['mainButton']} disabled={!isEnough}>
            {t('desk.keys.next')} <Kbd>{t('desk.keys.enter')}</Kbd>
          </button>
        </form>
      )}
    </div>
  );
}
