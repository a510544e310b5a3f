import { Button } from '@mantine/core';
import {
  IconCircleCheck,
  IconCircleDashed,
  IconDoorOff,
  IconEye,
  IconEyeOff,
  IconPencil,
  IconRoute,
} from '@tabler/icons-react';
import { useState } from 'react';
import type { Output } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import { type PersonTest, revealReasons } from '../../shared/model/disclosure.ts';
import { standingOf } from '../../shared/model/rights.ts';
import { traceKit } from '../kits/trace/traced.ts';
import { useLook } from '../lists/calls.ts';
import { Awaited } from '../lists/Empty.tsx';
import { dayWords, figure, momentWords } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { SideSheet } from '../lists/SideSheet.tsx';
import { Mark, StatusMark } from '../lists/StatusMark.tsx';
import { may, useSite } from '../lists/site.ts';
import { addressWords, birthWords, sexAgeWords } from '../lists/words.ts';
import { shownName, shownPhone, stagedDocument, useHides } from '../privacy/privacy.ts';
import { type StatedDraft, StatedReason, statedFault } from '../privacy/StatedReason.tsx';
import { useFailureText } from '../station.ts';
import { useText } from '../text/index.ts';
import { PersonEdit } from './PersonEdit.tsx';
import { ConsentPart, Household, Merges } from './PersonParts.tsx';
import look from './people.module.css';
import { type Revealed, useRevealed } from './useRevealed.ts';

/** A person's page: who they are, masked, and every test with who changed it. Opening it is recorded. */
export function PersonSheet(props: { readonly personId: string | null; readonly onClose: () => void }) {
  const t = useText();
  return (
    <SideSheet title={t('people.card')} isOpen={props.personId !== null} onClose={props.onClose} size="38rem">
      {props.personId !== null && <Opened key={props.personId} personId={props.personId} />}
    </SideSheet>
  );
}

function Opened(props: { readonly personId: string }) {
  // One opening is one request, so that asking again for what changed is no second reading.
  const [requestId] = useState(() => crypto.randomUUID());
  const looked = useLook('people.get', { requestId, personId: props.personId });
  // Somebody else of the same address, opened from here.
  const [other, setOther] = useState<string | null>(null);
  if (other !== null) return <Opened key={other} personId={other} />;
  if (looked.value === undefined) return <Awaited failure={looked.failure} onRetry={looked.again} />;
  return <Page page={looked.value} again={looked.again} onOpen={setOther} />;
}

function Page(props: {
  readonly page: Output<'people.get'>;
  readonly again: () => void;
  readonly onOpen: (personId: string) => void;
}) {
  const t = useText();
  const site = useSite();
  const hides = useHides();
  const { person, tests, more } = props.page;
  const revealed = useRevealed(person.personId);
  const full = revealed.person;
  const [isEditing, setEditing] = useState(false);
  const mayChange = may(site.operator, 'people.change') && !hides;
  const mayAsk = site.operator !== null && standingOf(site.operator.role, 'people.reveal') !== 'never';
  return (
    <>
      <div>
        <p className={css['sheetName']}>{shownName(person, hides)}</p>
        <p className={css['sheetUnder']}>{sexAgeWords(t, person)}</p>
      </div>
      <dl className={css['facts']} data-revealed={full !== null}>
        <dt>{t('people.address')}</dt>
        <dd>{addressWords(t, person.address) || t('people.noAddress')}</dd>
        <dt>{t('people.document')}</dt>
        <dd>
          <Shown
            full={full?.documentNumber}
            masked={stagedDocument(t, person, hides) || t('people.noDocument')}
            kind={person.documentKind === null ? '' : t(`lists.documentKind.${person.documentKind}`)}
          />
        </dd>
        <dt>{t('people.phone')}</dt>
        <dd>
          <Shown full={full?.phone} masked={shownPhone(t, person.phoneMasked, hides) ?? t('people.noPhone')} />
        </dd>
        <dt>{t('people.birthDate')}</dt>
        <dd>
          <Shown full={full?.birthDate} masked={birthWords(t, person.birthMasked)} />
        </dd>
        {props.page.organisations.length > 0 && (
          <>
            <dt>{t('organisations.title')}</dt>
            <dd>{props.page.organisations.map(({ name }) => name).join(' · ')}</dd>
          </>
        )}
        {person.guardianMasked !== null && (
          <>
            <dt>{t('imports.fields.guardianName')}</dt>
            <dd>
              <Shown full={full?.guardianName} masked={person.guardianMasked} />
            </dd>
          </>
        )}
      </dl>
      {isEditing ? (
        <PersonEdit
          person={person}
          onDone={() => {
            setEditing(false);
            props.again();
          }}
          onCancel={() => setEditing(false)}
        />
      ) : (
        mayChange && (
          <div className={css['buttons']}>
            <Button
              variant="default"
              leftSection={<IconPencil size="1.125rem" aria-hidden />}
              onClick={() => setEditing(true)}
            >
              {t('people.edit.open')}
            </Button>
          </div>
        )
      )}
      {mayAsk && !isEditing && <Reveal revealed={revealed} />}
      <Household household={props.page.household} onOpen={props.onOpen} />
      {props.page.rounds.length > 0 && <Rounds rounds={props.page.rounds} />}
      <div className={css['sheetPart']}>
        <h3 className={css['section']}>{t('privacy.page.tests')}</h3>
        {tests.length === 0 ? (
          <p className={css['quiet']}>{t('privacy.page.noTests')}</p>
        ) : (
          <ul className={look['tests']}>
            {tests.map((test) => (
              <Test key={test.testId} test={test} />
            ))}
          </ul>
        )}
        {more && <p className={css['quiet']}>{t('privacy.page.more', { n: figure(tests.length) })}</p>}
      </div>
      <ConsentPart page={props.page} onChanged={props.again} />
      <Merges merges={props.page.merges} onChanged={props.again} />
      <p className={css['faint']}>{t('privacy.page.recorded')}</p>
    </>
  );
}

const roundLook = {
  tested: { tone: 'done', icon: IconCircleCheck },
  absent: { tone: 'neutral', icon: IconDoorOff },
  notTested: { tone: 'attention', icon: IconCircleDashed },
} as const;

/** How they stood in each round, the newest first. */
function Rounds(props: { readonly rounds: Output<'people.get'>['rounds'] }) {
  const t = useText();
  const { language, today } = useSite();
  return (
    <div className={css['sheetPart']}>
      <h3 className={css['section']}>{t('people.rounds')}</h3>
      <ul className={look['rounds']} aria-label={t('people.rounds')}>
        {props.rounds.map(({ roundId, name, day, standing, absence }) => (
          <li key={roundId}>
            <span className={css['strong']}>{name}</span>
            <span className={css['quiet']}>{dayWords(day, language, today)}</span>
            <Mark {...roundLook[standing]} word={t(`people.standing.${standing}`)} />
            <span className={css['quiet']}>
              {absence === null
                ? ''
                : [t(`rounds.reason.${absence.reason}`), absence.note].filter((part) => part !== '').join(' · ')}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A value in full where it is revealed and there is one, masked otherwise: never both. */
function Shown(props: { readonly full: string | null | undefined; readonly masked: string; readonly kind?: string }) {
  const { full, masked, kind = '' } = props;
  if (full === null || full === undefined) return masked;
  return (
    <>
      {kind !== '' && `${kind} `}
      <b className={look['full']}>{full}</b>
    </>
  );
}

type Draft = StatedDraft<(typeof revealReasons)[number]>;

/** The way to the numbers in full: a reason first, then half a minute. */
function Reveal(props: { readonly revealed: Revealed }) {
  const t = useText();
  const failureText = useFailureText();
  const { revealed } = props;
  const [isAsking, setAsking] = useState(false);
  const [reason, setReason] = useState<Draft>({ code: null, text: '' });
  const [isTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  if (revealed.person !== null) {
    return (
      <div className={look['countdown']} role="timer" aria-live="off">
        <span className={look['countdownWords']}>{t('privacy.reveal.left', { n: revealed.leftS })}</span>
        <Button
          variant="default"
          leftSection={<IconEyeOff size="1.125rem" aria-hidden />}
          onClick={revealed.hide}
          data-autofocus
        >
          {t('privacy.reveal.hide')}
        </Button>
      </div>
    );
  }
  if (!isAsking) {
    return (
      <div className={css['buttons']}>
        <Button
          variant="default"
          leftSection={<IconEye size="1.125rem" aria-hidden />}
          onClick={() => {
            setReason({ code: null, text: '' });
            setTried(false);
            setFailure(null);
            setAsking(true);
          }}
        >
          {t('privacy.reveal.open')}
        </Button>
      </div>
    );
  }

  async function submit(): Promise<void> {
    setTried(true);
    if (reason.code === null || statedFault(reason) !== null || isBusy) return;
    setFailure(null);
    setBusy(true);
    const failed = await revealed.reveal({ code: reason.code, text: reason.text.trim() });
    setBusy(false);
    setFailure(failed);
    if (failed === null) setAsking(false);
  }
  const isOfWords = failure?.code === 'REASON_PERSONAL';
  return (
    <form
      className={css['form']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h3 className={css['section']}>{t('privacy.reveal.title')}</h3>
      <StatedReason
        codes={revealReasons}
        word={(code) => t(`privacy.reveal.reason.${code}`)}
        value={reason}
        isTried={isTried}
        refused={isOfWords ? failureText(failure) : null}
        onChange={(value) => {
          setReason(value);
          setFailure(null);
        }}
      />
      <p className={css['faint']}>{t('privacy.reveal.note')}</p>
      {failure !== null && !isOfWords && <Notice tone="refused">{failureText(failure)}</Notice>}
      <div className={css['buttons']}>
        <Button type="submit" loading={isBusy}>
          {t('privacy.reveal.confirm')}
        </Button>
        <Button variant="default" onClick={() => setAsking(false)}>
          {t('lists.cancel')}
        </Button>
      </div>
    </form>
  );
}

function Test(props: { readonly test: PersonTest }) {
  const t = useText();
  const { zone, language, today } = useSite();
  const { test } = props;
  return (
    <li className={look['test']}>
      <div className={look['testTop']}>
        <span className={css['strong']}>{dayWords(test.day, language, today)}</span>
        <span className={css['quiet']}>{test.roundName}</span>
        <span className={look['testStatus']}>
          <StatusMark status={test.status} />
        </span>
      </div>
      <div className={look['testKit']}>
        <span className={css['quiet']}>{t('privacy.page.kit', { product: test.productName, tail: test.kitTail })}</span>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconRoute size="1rem" aria-hidden />}
          aria-label={`${t('trace.open')} ${test.kitTail}`}
          onClick={() => traceKit(test.kitKey)}
        >
          {t('trace.tab')}
        </Button>
      </div>
      <ol className={look['changes']}>
        {test.changes.map((change) => (
          <li key={`${change.atMs} ${change.what}`}>
            <time>{momentWords(change.atMs, zone, language, test.day)}</time>
            <span>
              {t(`privacy.page.change.${change.what}`, {
                operator: change.operatorName,
                outcome: change.outcome === null ? '' : t(`lists.status.${change.outcome}`),
              })}
            </span>
          </li>
        ))}
      </ol>
    </li>
  );
}
