import { Button, PasswordInput, TextInput } from '@mantine/core';
import { IconFolderOpen, IconRestore } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { Input } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import type { RestorePreview } from '../../shared/model/backup.ts';
import { localDay } from '../../shared/time.ts';
import { desk } from '../desk/deskStore.ts';
import { goTo } from '../frame/where.ts';
import { dayWords, figure, momentWords } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { saySaved } from '../lists/said.ts';
import { useScans } from '../scan/listeners.ts';
import { callStation, useFailureText } from '../station.ts';
import { useLanguage, useText } from '../text/index.ts';
import look from './restore.module.css';

type Secret = NonNullable<Input<'backups.preview'>['secret']>;
type Found = { readonly preview: RestorePreview; readonly secret: Secret | null };
type Chosen = { readonly path: string; readonly name: string };

/**
 * Choose a backup, see what it holds and what would be lost, and say so by typing. Where no register is open a secret is
 * the right to do it; with one open it is asked for only when the backup's keys are others.
 */
export function RestorePanel(props: {
  readonly isOpen: boolean;
  readonly zone: string;
  readonly first?: Chosen | null;
}) {
  const t = useText();
  const failureText = useFailureText();
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<Chosen | null>(props.first ?? null);
  const [needsSecret, setNeedsSecret] = useState(!props.isOpen);
  const [found, setFound] = useState<Found | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const requestId = useRef(crypto.randomUUID());

  async function choose(): Promise<void> {
    const picked = await callStation('files.pick', { purpose: 'backup' });
    if (!picked.ok) return setFailure(picked.error.code === 'CANCELLED' ? null : picked.error);
    setChosen(picked.value);
    setFound(null);
    setFailure(null);
    if (!needsSecret) await preview(picked.value.path, null);
  }

  async function preview(path: string, secret: Secret | null): Promise<void> {
    setBusy(true);
    setFailure(null);
    const reply = await callStation('backups.preview', { path, ...(secret === null ? {} : { secret }) });
    setBusy(false);
    if (reply.ok) return setFound({ preview: reply.value, secret });
    if (reply.error.code === 'KEY_WRONG' && secret === null) return setNeedsSecret(true);
    setFailure(reply.error);
  }

  async function restore({ preview: shown, secret }: Found): Promise<void> {
    setBusy(true);
    setFailure(null);
    const { present } = shown;
    const reply = await callStation('backups.restore', {
      requestId: requestId.current,
      path: shown.path,
      ...(secret === null ? {} : { secret }),
      lostEntries: present.kind === 'readable' ? present.lostEntries : null,
    });
    setBusy(false);
    requestId.current = crypto.randomUUID();
    if (reply.ok) {
      goTo('desk');
      desk.lookAfresh();
      queries.setQueryData(['station.get', {}], reply.value);
      saySaved(t('backups.restore.restored'));
      return;
    }
    setFailure(reply.error);
    if (reply.error.code === 'RESTORE_CHANGED') await preview(shown.path, secret);
  }

  return (
    <div className={css['form']} data-restore>
      <p className={css['quiet']}>{t('backups.restore.hint')}</p>
      <div className={css['buttons']}>
        <Button
          variant={chosen === null ? 'filled' : 'default'}
          leftSection={<IconFolderOpen size="1.125rem" aria-hidden />}
          disabled={isBusy}
          onClick={() => void choose()}
        >
          {t('backups.restore.choose')}
        </Button>
        {chosen !== null && <span className={look['name']}>{chosen.name}</span>}
      </div>
      {chosen !== null && found === null && needsSecret && (
        <SecretForm isBusy={isBusy} onSecret={(secret) => void preview(chosen.path, secret)} />
      )}
      {isBusy && found === null && <Notice tone="waiting">{t('backups.restore.reading')}</Notice>}
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      {found !== null && (
        <Preview
          key={JSON.stringify(found.preview)}
          shown={found.preview}
          zone={props.zone}
          isBusy={isBusy}
          onRestore={() => void restore(found)}
        />
      )}
    </div>
  );
}

function SecretForm(props: { readonly isBusy: boolean; readonly onSecret: (secret: Secret) => void }) {
  const t = useText();
  const [byRecovery, setByRecovery] = useState(true);
  const [text, setText] = useState('');
  useScans({
    onScan: (scanned) => {
      setByRecovery(true);
      setText(scanned);
      props.onSecret({ recoveryKey: scanned });
    },
  });
  const common = {
    value: text,
    autoComplete: 'off',
    'data-autofocus': true,
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => setText(event.currentTarget.value),
  } as const;
  return (
    <form
      className={css['form']}
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() === '' || props.isBusy) return;
        props.onSecret(byRecovery ? { recoveryKey: text.trim() } : { passphrase: text });
      }}
    >
      <p>{t('backups.restore.secretHint')}</p>
      {byRecovery ? (
        <TextInput
          key="recovery"
          {...common}
          label={t('backups.restore.recoveryKey')}
          maxLength={100}
          spellCheck={false}
        />
      ) : (
        <PasswordInput
          key="passphrase"
          {...common}
          label={t('backups.restore.passphrase')}
          maxLength={200}
          visibilityToggleButtonProps={{ 'aria-label': t('lists.showSecret') }}
        />
      )}
      <div className={css['buttons']}>
        <Button type="submit" loading={props.isBusy} disabled={text.trim() === ''}>
          {t('backups.restore.look')}
        </Button>
        <Button
          variant="default"
          onClick={() => {
            setByRecovery(!byRecovery);
            setText('');
          }}
        >
          {t(byRecovery ? 'backups.restore.byPassphrase' : 'backups.restore.byRecovery')}
        </Button>
      </div>
    </form>
  );
}

/** What the backup holds, what would be lost, and the yes. */
function Preview(props: {
  readonly shown: RestorePreview;
  readonly zone: string;
  readonly isBusy: boolean;
  readonly onRestore: () => void;
}) {
  const t = useText();
  const language = useLanguage();
  const [typed, setTyped] = useState('');
  const { shown, zone } = props;
  const { present } = shown;
  const today = localDay(Date.now(), zone);
  const moment = (atMs: number | null) => (atMs === null ? '—' : momentWords(atMs, zone, language, today));
  const facts: readonly (readonly [string, string])[] = [
    [t('backups.restore.site'), [shown.siteName, shown.stationName].filter((name) => name !== '').join(' · ')],
    [t('backups.restore.madeAt'), moment(shown.madeAtMs)],
    [
      t('backups.restore.newestTest'),
      shown.newestTestAtMs === null ? t('backups.restore.noTest') : moment(shown.newestTestAtMs),
    ],
    [t('backups.restore.tests'), figure(shown.tests)],
    [t('backups.restore.people'), figure(shown.people)],
  ];
  // A number that says how much, or a word where nobody can say.
  const expected =
    present.kind === 'none'
      ? null
      : present.kind === 'unreadable'
        ? t('backups.restore.word')
        : present.lostEntries === 0
          ? null
          : String(present.lostEntries);
  const isSure = expected === null || typed.trim() === expected;
  return (
    <form
      className={css['form']}
      onSubmit={(event) => {
        event.preventDefault();
        if (isSure && !props.isBusy) props.onRestore();
      }}
    >
      <h3 className={look['heading']}>{t('backups.restore.holds')}</h3>
      <dl className={css['facts']}>
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {!shown.hasManifest && <Notice tone="neutral">{t('backups.restore.noManifest')}</Notice>}
      {present.kind !== 'none' && <h3 className={look['heading']}>{t('backups.restore.loses')}</h3>}
      {present.kind === 'unreadable' && <Notice tone="attention">{t('backups.restore.unreadable')}</Notice>}
      {present.kind === 'readable' && present.lostEntries === 0 && (
        <Notice tone="done">{t('backups.restore.nothingLost')}</Notice>
      )}
      {present.kind === 'readable' && present.lostEntries > 0 && (
        <Notice tone={present.lostUnsent > 0 || !present.isSameRegister ? 'refused' : 'attention'}>
          {!present.isSameRegister && <p>{t('backups.restore.other')}</p>}
          <p>
            {t('backups.restore.lost', {
              tests: figure(present.lostTests),
              entries: figure(present.lostEntries),
              days: daysOf(present.lostDays, (day) => dayWords(day, language, today)),
            })}
          </p>
          {present.lostUnsent > 0 ? (
            <p>{t('backups.restore.unsent', { n: figure(present.lostUnsent) })}</p>
          ) : (
            present.lostTests > 0 && <p>{t('backups.restore.allSent')}</p>
          )}
        </Notice>
      )}
      {present.kind !== 'none' && (
        <p className={css['quiet']}>
          {t('backups.restore.aside')} {t('backups.restore.newId')}
        </p>
      )}
      {expected !== null && (
        <TextInput
          label={
            present.kind === 'unreadable'
              ? t('backups.restore.typeWord', { word: expected })
              : t('backups.restore.typeNumber', { sum: expected })
          }
          autoComplete="off"
          maxLength={20}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      <div className={css['buttons']}>
        <Button
          type="submit"
          {...(expected === null ? {} : { color: 'red' })}
          leftSection={<IconRestore size="1.125rem" aria-hidden />}
          loading={props.isBusy}
          disabled={!isSure}
        >
          {t('backups.restore.submit')}
        </Button>
      </div>
    </form>
  );
}

/** A few days one by one, many as a span. */
function daysOf(days: readonly string[], words: (day: string) => string): string {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return '—';
  return days.length <= 3 ? days.map(words).join(', ') : `${words(first)} – ${words(last)}`;
}
