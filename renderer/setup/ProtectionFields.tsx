import { PasswordInput } from '@mantine/core';
import { IconKey, IconLock } from '@tabler/icons-react';
import { useText } from '../text/index.ts';
import css from './setup.module.css';
import { Way } from './Way.tsx';

/** As core counts: characters a passphrase has at least. */
const passphraseLeast = 10;

export type ProtectionChoice = {
  readonly protection: 'keychain' | 'passphrase';
  readonly passphrase: string;
  readonly passphraseAgain: string;
};
type ProtectionFaults = { readonly passphrase?: string; readonly passphraseAgain?: string };

/** What is wrong with a choice before core is asked; nothing for one that can be sent. */
export function protectionFaults(choice: ProtectionChoice, t: ReturnType<typeof useText>): ProtectionFaults {
  if (choice.protection === 'keychain') return {};
  return {
    ...([...choice.passphrase].length < passphraseLeast
      ? { passphrase: t('setup.protection.short', { least: passphraseLeast }) }
      : {}),
    ...(choice.passphraseAgain === choice.passphrase ? {} : { passphraseAgain: t('setup.protection.differs') }),
  };
}

/** How the register is to be opened each day: by the keychain, or by a passphrase typed twice. */
export function ProtectionFields(props: {
  readonly choice: ProtectionChoice;
  readonly faults: ProtectionFaults;
  readonly onChange: (part: Partial<ProtectionChoice>) => void;
  readonly keychainAvailable: boolean;
}) {
  const t = useText();
  const { choice: answers, faults, onChange: change, keychainAvailable } = props;
  return (
    <>
      <div className={css['ways']} role="radiogroup" aria-label={t('setup.protection.title')}>
        <Way
          name="protection"
          icon={IconKey}
          label={t('setup.protection.keychain')}
          hint={t(keychainAvailable ? 'setup.protection.keychainHint' : 'setup.protection.keychainMissing')}
          isChosen={answers.protection === 'keychain'}
          disabled={!keychainAvailable}
          onChoose={() => change({ protection: 'keychain' })}
        />
        <Way
          name="protection"
          icon={IconLock}
          label={t('setup.protection.passphrase')}
          hint={t('setup.protection.passphraseHint')}
          isChosen={answers.protection === 'passphrase'}
          onChoose={() => change({ protection: 'passphrase' })}
        />
      </div>
      {answers.protection === 'passphrase' && (
        <div className={css['pair']}>
          <PasswordInput
            autoFocus
            size="lg"
            label={t('setup.protection.passphraseField')}
            description={t('setup.protection.passphraseFieldHint', { least: passphraseLeast })}
            inputWrapperOrder={['label', 'input', 'error', 'description']}
            error={faults.passphrase}
            autoComplete="off"
            visibilityToggleButtonProps={{ 'aria-label': t('lists.showSecret') }}
            value={answers.passphrase}
            onChange={(event) => change({ passphrase: event.currentTarget.value })}
          />
          <PasswordInput
            size="lg"
            label={t('setup.protection.passphraseAgain')}
            error={faults.passphraseAgain}
            autoComplete="off"
            visibilityToggleButtonProps={{ 'aria-label': t('lists.showSecret') }}
            value={answers.passphraseAgain}
            onChange={(event) => change({ passphraseAgain: event.currentTarget.value })}
          />
        </div>
      )}
    </>
  );
}
