import { PasswordInput, SegmentedControl, TextInput } from '@mantine/core';
import { IconPackage, IconSparkles } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { StationView } from '../../shared/contract/station.ts';
import type { Failure } from '../../shared/errors.ts';
import { type Language, languages } from '../../shared/language.ts';
import { desk } from '../desk/deskStore.ts';
import { RestorePage } from '../restore/RestorePage.tsx';
import { checkPin } from '../settings/checks.ts';
import { callStation, useFailureText, useStation } from '../station.ts';
import { useLanguage, useText } from '../text/index.ts';
import { Page } from './Page.tsx';
import { ProtectionFields, protectionFaults } from './ProtectionFields.tsx';
import { RecoveryFields } from './RecoveryFields.tsx';
import { isSameKey } from './recoveryKey.ts';
import css from './setup.module.css';
import { Way } from './Way.tsx';

const steps = ['site', 'protection', 'recovery', 'person', 'data'] as const;
type Step = (typeof steps)[number];

const siteTextMost = 60;

/** A computer whose zone nobody has set stands in China more likely than nowhere; the settings can say otherwise. */
function zoneOfThisComputer(): string {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone === undefined || zone === '' || zone === 'UTC' || zone.startsWith('Etc/') ? 'Asia/Shanghai' : zone;
}

type Answers = {
  readonly siteName: string;
  readonly stationName: string;
  readonly protection: 'keychain' | 'passphrase';
  readonly passphrase: string;
  readonly passphraseAgain: string;
  readonly recoveryKey: string | null;
  readonly recoveryRepeated: string;
  readonly operatorName: string;
  readonly pin: string;
  readonly pinAgain: string;
  readonly data: 'sample' | 'empty';
};

type Faults = { readonly [K in keyof Answers]?: string };

/** The first run: five short questions, each with a sensible answer filled in where there is one. */
export function Setup(props: { readonly station: StationView }) {
  const t = useText();
  const queries = useQueryClient();
  const failureText = useFailureText();
  const { keychainAvailable } = props.station;
  const [step, setStep] = useState<Step>('site');
  const [answers, setAnswers] = useState<Answers>({
    siteName: '',
    stationName: t('setup.site.stationDefault'),
    protection: keychainAvailable ? 'keychain' : 'passphrase',
    passphrase: '',
    passphraseAgain: '',
    recoveryKey: null,
    recoveryRepeated: '',
    operatorName: '',
    pin: '',
    pinAgain: '',
    data: 'sample',
  });
  const [faults, setFaults] = useState<Faults>({});
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [isRestoring, setRestoring] = useState(false);
  /** One id for one set of answers: pressed twice, it is made once. */
  const requestId = useRef<{ id: string; of: string } | null>(null);

  const change = (part: Partial<Answers>): void => {
    setAnswers((former) => ({ ...former, ...part }));
    setFaults((former) => Object.fromEntries(Object.entries(former).filter(([name]) => !(name in part))));
    setFailure(null);
  };
  const at = steps.indexOf(step);

  async function next(): Promise<void> {
    const found = check(step);
    setFaults(found);
    if (Object.keys(found).length > 0) return;
    const following = steps[at + 1];
    if (following === undefined) return create();
    if (following === 'recovery' && answers.recoveryKey === null) {
      setBusy(true);
      const reply = await callStation('register.prepareKey', {});
      setBusy(false);
      if (!reply.ok) return setFailure(reply.error);
      change({ recoveryKey: reply.value.recoveryKey, recoveryRepeated: '' });
    }
    setStep(following);
  }

  function check(which: Step): Faults {
    const needed = (text: string) =>
      text.trim() === '' ? t('setup.site.needed') : text.trim().length > siteTextMost ? t('setup.site.tooLong') : null;
    const only = (faultsOf: { readonly [K in keyof Answers]?: string | null }): Faults =>
      Object.fromEntries(
        Object.entries(faultsOf).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
      );
    switch (which) {
      case 'site':
        return only({ siteName: needed(answers.siteName), stationName: needed(answers.stationName) });
      case 'protection':
        return protectionFaults(answers, t);
      case 'recovery':
        return only({
          recoveryRepeated: isSameKey(answers.recoveryKey ?? '', answers.recoveryRepeated)
            ? null
            : t('setup.recovery.wrong'),
        });
      case 'person': {
        const pinFault = checkPin(answers.pin);
        return only({
          operatorName: needed(answers.operatorName),
          pin: pinFault === null ? null : t(`setup.person.${pinFault}`),
          pinAgain: answers.pinAgain === answers.pin ? null : t('setup.person.pinDiffers'),
        });
      }
      case 'data':
        return {};
    }
  }

  async function create(): Promise<void> {
    setBusy(true);
    setFailure(null);
    const input = {
      siteName: answers.siteName.trim(),
      stationName: answers.stationName.trim(),
      zone: zoneOfThisComputer(),
      protection: answers.protection,
      ...(answers.protection === 'passphrase' ? { passphrase: answers.passphrase } : {}),
      recoveryKeyRepeated: answers.recoveryRepeated.trim(),
      operatorName: answers.operatorName.trim(),
      pin: answers.pin,
      data: answers.data,
      roundName: t('setup.data.firstRound'),
    };
    const of = JSON.stringify(input);
    if (requestId.current?.of !== of) requestId.current = { id: crypto.randomUUID(), of };
    const reply = await callStation('register.create', { ...input, requestId: requestId.current.id });
    if (reply.ok) {
      desk.lookAfresh();
      queries.setQueryData(['station.get', {}], reply.value);
      return;
    }
    setBusy(false);
    goToFault(reply.error);
  }

  /** A failure is said on the step where it can be mended. */
  function goToFault(error: Failure): void {
    const where: Partial<Record<Failure['code'], readonly [Step, keyof Answers]>> = {
      PASSPHRASE_SHORT: ['protection', 'passphrase'],
      KEYCHAIN_UNAVAILABLE: ['protection', 'protection'],
      RECOVERY_KEY_MISMATCH: ['recovery', 'recoveryRepeated'],
      PIN_WEAK: ['person', 'pin'],
    };
    if (error.code === 'RECOVERY_KEY_STALE') {
      setAnswers((former) => ({ ...former, recoveryKey: null, recoveryRepeated: '' }));
      setStep('protection');
      setFailure(error);
      return;
    }
    const place = where[error.code];
    if (place !== undefined) setStep(place[0]);
    if (place === undefined || place[1] === 'protection') setFailure(error);
    else setFaults({ [place[1]]: failureText(error) });
  }

  const form = { answers, faults, change };
  if (isRestoring) return <RestorePage onBack={() => setRestoring(false)} />;
  return (
    <Page beside={<Steps at={at} />}>
      <form
        className={css['form']}
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) void next();
        }}
      >
        <div className={css['stepBody']} key={step}>
          {step === 'site' && <SiteStep {...form} />}
          {step === 'protection' && <ProtectionStep {...form} keychainAvailable={keychainAvailable} />}
          {step === 'recovery' && <RecoveryStep {...form} />}
          {step === 'person' && <PersonStep {...form} />}
          {step === 'data' && <DataStep {...form} />}
        </div>
        {failure !== null && (
          <p className={css['failure']} role="alert">
            {failureText(failure)}
          </p>
        )}
        <div className={css['end']}>
          {at === 0 && (
            <button type="button" className={css['quietButton']} disabled={isBusy} onClick={() => setRestoring(true)}>
              {t('backups.restore.open')}
            </button>
          )}
          {at > 0 && (
            <button
              type="button"
              className={css['back']}
              disabled={isBusy}
              onClick={() => {
                setFaults({});
                setFailure(null);
                setStep(steps[at - 1] ?? 'site');
              }}
            >
              {t('setup.back')}
            </button>
          )}
          <span className={css['stepOf']}>{t('setup.stepOf', { n: at + 1, of: steps.length })}</span>
          <button type="submit" className={css['main']} disabled={isBusy}>
            {isBusy ? t('setup.working') : step === 'data' ? t('setup.finish') : t('setup.next')}
          </button>
        </div>
      </form>
    </Page>
  );
}

type Form = { readonly answers: Answers; readonly faults: Faults; readonly change: (part: Partial<Answers>) => void };

function Steps(props: { readonly at: number }) {
  const t = useText();
  return (
    <ol className={css['steps']} aria-label={t('setup.title')}>
      {steps.map((step, index) => (
        <li
          key={step}
          data-state={index < props.at ? 'done' : index === props.at ? 'now' : 'toCome'}
          aria-current={index === props.at ? 'step' : undefined}
        >
          {t(`setup.steps.${step}`)}
        </li>
      ))}
    </ol>
  );
}

function StepHead(props: { readonly title: string; readonly hint: string }) {
  return (
    <>
      <h1 className={css['title']}>{props.title}</h1>
      <p className={css['hint']}>{props.hint}</p>
    </>
  );
}

function SiteStep({ answers, faults, change }: Form) {
  const t = useText();
  const language = useLanguage();
  const queries = useQueryClient();
  const preferences = useStation('preferences.get', {}).data;
  const formerDefault = useRef(t('setup.site.stationDefault'));
  // The name filled in for the desk follows the language for as long as nobody has changed it.
  useEffect(() => {
    const filledIn = t('setup.site.stationDefault');
    if (formerDefault.current !== filledIn && answers.stationName === formerDefault.current)
      change({ stationName: filledIn });
    formerDefault.current = filledIn;
  });
  const setLanguage = async (chosen: Language): Promise<void> => {
    if (preferences === undefined) return;
    queries.setQueryData(['preferences.get', {}], { ...preferences, language: chosen });
    await callStation('preferences.set', { ...preferences, language: chosen });
  };
  return (
    <>
      <StepHead title={t('setup.site.title')} hint={t('setup.site.hint')} />
      <div className={css['field']}>
        <span id="setup-language" className={css['label']}>
          {t('setup.site.language')}
        </span>
        <SegmentedControl
          size="md"
          aria-labelledby="setup-language"
          value={language}
          onChange={(value) => void setLanguage(languages.find((each) => each === value) ?? 'zh-CN')}
          data={languages.map((value) => ({ value, label: t(`settings.preferences.languages.${value}`) }))}
        />
      </div>
      <TextInput
        autoFocus
        size="lg"
        label={t('setup.site.siteName')}
        placeholder={t('setup.site.siteNameExample')}
        error={faults.siteName}
        autoComplete="off"
        value={answers.siteName}
        onChange={(event) => change({ siteName: event.currentTarget.value })}
      />
      <TextInput
        size="lg"
        label={t('setup.site.stationName')}
        error={faults.stationName}
        autoComplete="off"
        value={answers.stationName}
        onChange={(event) => change({ stationName: event.currentTarget.value })}
      />
    </>
  );
}

function ProtectionStep({
  answers,
  faults,
  change,
  keychainAvailable,
}: Form & { readonly keychainAvailable: boolean }) {
  const t = useText();
  return (
    <>
      <StepHead title={t('setup.protection.title')} hint={t('setup.protection.hint')} />
      <ProtectionFields choice={answers} faults={faults} onChange={change} keychainAvailable={keychainAvailable} />
    </>
  );
}

function RecoveryStep({ answers, faults, change }: Form) {
  const t = useText();
  return (
    <>
      <StepHead title={t('setup.recovery.title')} hint={t('setup.recovery.hint')} />
      <RecoveryFields
        recoveryKey={answers.recoveryKey ?? ''}
        siteName={answers.siteName}
        repeated={answers.recoveryRepeated}
        fault={faults.recoveryRepeated}
        onRepeat={(recoveryRepeated) => change({ recoveryRepeated })}
      />
    </>
  );
}

function PersonStep({ answers, faults, change }: Form) {
  const t = useText();
  const digits = (text: string) => text.normalize('NFKC').replaceAll(/\D/g, '').slice(0, 12);
  return (
    <>
      <StepHead title={t('setup.person.title')} hint={t('setup.person.hint')} />
      <TextInput
        autoFocus
        size="lg"
        label={t('setup.person.name')}
        error={faults.operatorName}
        autoComplete="off"
        maxLength={siteTextMost}
        value={answers.operatorName}
        onChange={(event) => change({ operatorName: event.currentTarget.value })}
      />
      <div className={css['pair']}>
        <PasswordInput
          size="lg"
          label={t('setup.person.pin')}
          description={t('setup.person.pinHint')}
          inputWrapperOrder={['label', 'input', 'error', 'description']}
          error={faults.pin}
          inputMode="numeric"
          autoComplete="off"
          visibilityToggleButtonProps={{ 'aria-label': t('lists.showSecret') }}
          value={answers.pin}
          onChange={(event) => change({ pin: digits(event.currentTarget.value) })}
        />
        <PasswordInput
          size="lg"
          label={t('setup.person.pinAgain')}
          error={faults.pinAgain}
          inputMode="numeric"
          autoComplete="off"
          visibilityToggleButtonProps={{ 'aria-label': t('lists.showSecret') }}
          value={answers.pinAgain}
          onChange={(event) => change({ pinAgain: digits(event.currentTarget.value) })}
        />
      </div>
    </>
  );
}

function DataStep({ answers, change }: Form): ReactNode {
  const t = useText();
  return (
    <>
      <h1 className={css['title']}>{t('setup.data.title')}</h1>
      <div className={css['ways']} role="radiogroup" aria-label={t('setup.data.title')}>
        <Way
          name="data"
          icon={IconSparkles}
          label={t('setup.data.sample')}
          hint={t('setup.data.sampleHint')}
          isChosen={answers.data === 'sample'}
          onChoose={() => change({ data: 'sample' })}
        />
        <Way
          name="data"
          icon={IconPackage}
          label={t('setup.data.empty')}
          hint={t('setup.data.emptyHint')}
          isChosen={answers.data === 'empty'}
          onChoose={() => change({ data: 'empty' })}
        />
      </div>
    </>
  );
}
