import { Radio, Textarea } from '@mantine/core';
import css from '../lists/lists.module.css';
import { useText } from '../text/index.ts';

export type StatedDraft<C extends string> = { readonly code: C | null; readonly text: string };

/** What is missing of a reason, or null when it may be sent. `other` needs words. */
export function statedFault(draft: StatedDraft<string>): 'reasonNeeded' | 'wordsNeeded' | null {
  if (draft.code === null) return 'reasonNeeded';
  return draft.code === 'other' && draft.text.trim().length < 2 ? 'wordsNeeded' : null;
}

/** Why something personal is to be seen or to leave: a choice, and words of one's own. */
export function StatedReason<C extends string>(props: {
  readonly codes: readonly C[];
  readonly word: (code: C) => string;
  readonly value: StatedDraft<C>;
  readonly isTried: boolean;
  /** What core said of the words. */
  readonly refused: string | null;
  readonly onChange: (value: StatedDraft<C>) => void;
}) {
  const t = useText();
  const { codes, value, onChange } = props;
  const fault = props.isTried ? statedFault(value) : null;
  return (
    <>
      <Radio.Group
        label={t('privacy.reason')}
        withAsterisk
        value={value.code ?? ''}
        onChange={(code) => onChange({ ...value, code: codes.find((each) => each === code) ?? null })}
        error={fault === 'reasonNeeded' ? t('privacy.reasonNeeded') : null}
      >
        <div className={css['choices']}>
          {codes.map((code) => (
            <Radio key={code} value={code} label={props.word(code)} />
          ))}
        </div>
      </Radio.Group>
      {value.code !== null && (
        <Textarea
          label={t(value.code === 'other' ? 'privacy.words' : 'privacy.wordsOptional')}
          description={value.code === 'other' ? t('privacy.wordsHint') : undefined}
          withAsterisk={value.code === 'other'}
          autosize
          minRows={value.code === 'other' ? 2 : 1}
          maxLength={200}
          value={value.text}
          onChange={(event) => onChange({ ...value, text: event.currentTarget.value })}
          error={fault === 'wordsNeeded' ? t('privacy.wordsNeeded') : props.refused}
        />
      )}
    </>
  );
}
