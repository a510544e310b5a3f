import { Radio, Textarea } from '@mantine/core';
import type { ReasonCode } from '../../shared/model/test.ts';
import css from '../lists/lists.module.css';
import { useText } from '../text/index.ts';

export type ReasonDraft = { readonly code: ReasonCode | null; readonly text: string };
export const noReason: ReasonDraft = { code: null, text: '' };

/** What is missing of a reason, or null when it may be sent. `other` needs words. */
export function reasonFault(draft: ReasonDraft): 'reasonNeeded' | 'reasonWordsNeeded' | null {
  if (draft.code === null) return 'reasonNeeded';
  return draft.code === 'other' && draft.text.trim().length < 2 ? 'reasonWordsNeeded' : null;
}

export function ReasonField(props: {
  readonly codes: readonly ReasonCode[];
  readonly value: ReasonDraft;
  readonly isTried: boolean;
  readonly onChange: (value: ReasonDraft) => void;
}) {
  const t = useText();
  const { codes, value, isTried, onChange } = props;
  const fault = isTried ? reasonFault(value) : null;
  return (
    <>
      <Radio.Group
        label={t('results.reason')}
        withAsterisk
        value={value.code ?? ''}
        onChange={(code) => onChange({ ...value, code: codes.find((each) => each === code) ?? null })}
        error={fault === 'reasonNeeded' ? t('results.reasonNeeded') : null}
      >
        <div className={css['choices']}>
          {codes.map((code) => (
            <Radio key={code} value={code} label={t(`results.reasonCode.${code}`)} />
          ))}
        </div>
      </Radio.Group>
      {value.code !== null && (
        <Textarea
          label={
            value.code === 'other' ? t('results.reasonWords') : `${t('results.reasonWords')} (${t('lists.optional')})`
          }
          description={value.code === 'other' ? t('results.reasonWordsHint') : undefined}
          withAsterisk={value.code === 'other'}
          autosize
          minRows={2}
          maxLength={200}
          value={value.text}
          onChange={(event) => onChange({ ...value, text: event.currentTarget.value })}
          error={fault === 'reasonWordsNeeded' ? t('results.reasonWordsNeeded') : null}
        />
      )}
    </>
  );
}
