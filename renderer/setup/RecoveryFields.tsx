import { TextInput } from '@mantine/core';
import { IconCircleCheck, IconFileTypePdf, IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import { useScans } from '../scan/listeners.ts';
import { callStation, useFailureText } from '../station.ts';
import { useLanguage, useText } from '../text/index.ts';
import { groupsOf, isSameKey } from './recoveryKey.ts';
import css from './setup.module.css';

/** A recovery key: shown once, printed, and given back by hand or by gun to prove that it was kept. */
export function RecoveryFields(props: {
  readonly recoveryKey: string;
  readonly siteName: string;
  readonly repeated: string;
  readonly fault?: string | undefined;
  readonly onRepeat: (text: string) => void;
}) {
  const t = useText();
  const language = useLanguage();
  const failureText = useFailureText();
  const [said, setSaid] = useState<{ readonly words: string; readonly isFailure: boolean } | null>(null);
  const [isBusy, setBusy] = useState(false);
  const { recoveryKey: key, repeated, onRepeat } = props;
  const isRight = repeated !== '' && isSameKey(key, repeated);
  useScans({ onScan: onRepeat });

  async function print(to: 'file' | 'printer'): Promise<void> {
    setBusy(true);
    setSaid(null);
    const reply = await callStation('print.recoverySheet', {
      recoveryKey: key,
      siteName: props.siteName.trim(),
      language,
      to,
    });
    setBusy(false);
    if (reply.ok) {
      const { path } = reply.value;
      setSaid({
        words: path === null ? t('setup.recovery.printed') : t('setup.recovery.saved', { path }),
        isFailure: false,
      });
    } else if (reply.error.code !== 'CANCELLED') setSaid({ words: failureText(reply.error), isFailure: true });
  }

  return (
    <>
      <div className={css['keyBox']}>
        <output className={css['key']} aria-label={t('setup.recovery.key')} data-selectable data-recovery-key={key}>
          {groupsOf(key).map((group, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: groups of one fixed key, which may be equal
            <span key={index}>{group}</span>
          ))}
        </output>
        <div className={css['keyActions']}>
          <button type="button" className={css['plain']} disabled={isBusy} onClick={() => void print('printer')}>
            <IconPrinter size="1.25rem" stroke={1.7} aria-hidden /> {t('setup.recovery.print')}
          </button>
          <button type="button" className={css['plain']} disabled={isBusy} onClick={() => void print('file')}>
            <IconFileTypePdf size="1.25rem" stroke={1.7} aria-hidden /> {t('setup.recovery.save')}
          </button>
          <span className={css['said']} data-failure={said?.isFailure === true} role="status">
            {said?.words}
          </span>
        </div>
      </div>
      <TextInput
        autoFocus
        size="lg"
        className={css['repeat'] ?? ''}
        label={t('setup.recovery.repeat')}
        description={t('setup.recovery.repeatHint')}
        inputWrapperOrder={['label', 'input', 'error', 'description']}
        error={props.fault}
        rightSection={
          isRight ? (
            <IconCircleCheck className={css['right'] ?? ''} size="1.5rem" aria-label={t('setup.recovery.right')} />
          ) : null
        }
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
        value={repeated}
        onChange={(event) => onRepeat(event.currentTarget.value)}
      />
    </>
  );
}
