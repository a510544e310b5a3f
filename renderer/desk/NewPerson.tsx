import { NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { Output } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import type { Stage } from '../../shared/model/desk.ts';
import { documentKinds, guardianBelow, type PersonDraft, type ScannedDraft, sexes } from '../../shared/model/person.ts';
import { ageOn } from '../../shared/time.ts';
import { addressWords, birthWords, sexAgeWords } from '../lists/words.ts';
import { listedDocument, shownPhone, stagedDocument, useHides } from '../privacy/privacy.ts';
import { callStation, useFailureText } from '../station.ts';
import { type Text, useText } from '../text/index.ts';
import { Kbd } from '../ui/Kbd.tsx';
import { typedDay } from './dates.ts';
import css from './desk.module.css';
import { desk, useNowMs } from './deskStore.ts';
import { useHand } from './hand.ts';
import { keepText, keptText, type TypedText } from './keptText.ts';
import { KeyButton, Verdict } from './parts.tsx';
import { refusalWords } from './words.ts';

type RefusedStage = Extract<Stage, { kind: 'refused' }>;

const emptyDraft: PersonDraft = {
  name: '',
  sex: null,
  birthDate: null,
  documentKind: null,
  documentNumber: null,
  phone: null,
  address: { building: '', unit: '', room: '' },
  guardianName: null,
};

type FieldName = 'name' | 'birthDate' | 'documentNumber' | 'phone' | 'guardianName' | 'form';

/**
 * The short form, filled from what the document says. Guns go on working: another person's scan leaves the form and acts,
 * a kit waits with it, and what was refused is said above it.
 */
export function NewPerson(props: {
  readonly name: string;
  /** What a code said; core keeps its numbers and puts them in by itself. */
  readonly scanned: ScannedDraft | null;
  readonly kitTail: string | null;
  readonly title: string;
  readonly today: string;
  /** A scan that was refused while the form is open. */
  readonly refused: Pick<RefusedStage, 'code' | 'params'> | null;
}) {
  const t = useText();
  const hand = useHand();
  const failureText = useFailureText();
  const { scanned, today } = props;
  const formId = scanned?.formId ?? null;
  const [before] = useState(() => keptText(formId));
  const [draft, setDraft] = useState<PersonDraft>(
    before?.draft ?? { ...emptyDraft, name: props.name, sex: scanned?.sex ?? null },
  );
  const [birth, setBirth] = useState(before?.birth ?? '');
  const hides = useHides();
  const [fault, setFault] = useState<{ readonly field: FieldName; readonly words: string } | null>(null);
  const [isBusy, setBusy] = useState(false);
  /** People who are known and may be the one of the form: asked about, never merged by the program. */
  const [alike, setAlike] = useState<Alike | null>(null);
  const nameField = useRef<HTMLInputElement>(null);
  useEffect(() => nameField.current?.focus(), []);
  const newest = useRef<TypedText>({ draft, birth });
  useEffect(() => {
    newest.current = { draft, birth };
  });
  useEffect(() => {
    const operatorId = desk.now().view?.operator?.id ?? null;
    return () => keepText(operatorId, formId, newest.current);
  }, [formId]);

  const change = (part: Partial<PersonDraft>): void => {
    setDraft((former) => ({ ...former, ...part }));
    setFault(null);
    setAlike(null);
  };
  const changeAddress = (part: Partial<PersonDraft['address']>) => change({ address: { ...draft.address, ...part } });
  const birthDate = birth.trim() === '' ? null : typedDay(birth);
  const age = scanned?.age ?? (birthDate !== null && birthDate <= today ? ageOn(birthDate, today) : null);
  const isChild = age !== null && age < guardianBelow;
  const faultOf = (field: FieldName) => (fault?.field === field ? fault.words : null);

  async function save(isAnother = false): Promise<void> {
    const found = check(t, draft, scanned, birth, birthDate, today, isChild);
    if (found !== null) return setFault(found);
    setBusy(true);
    const asked = {
      ...(scanned === null ? {} : { formId: scanned.formId }),
      person: {
        ...draft,
        name: draft.name.trim(),
        birthDate,
        phone: emptyToNull(draft.phone),
        guardianName: emptyToNull(draft.guardianName),
      },
    };
    const reply = await desk.act('desk.registerPerson', { ...asked, isAnother });
    setBusy(false);
    if (reply.ok) return;
    // Said beside the field instead.
    desk.forgetFailure();
    if (reply.error.code === 'PERSON_SAME_DOCUMENT' || reply.error.code === 'PERSON_ALIKE') {
      const known = await callStation('desk.findAlike', asked);
      if (known.ok && known.value.people.length > 0) return setAlike(known.value.people);
    }
    setFault(faultOfFailure(t, reply.error) ?? { field: 'form', words: failureText(reply.error) });
  }

  return (
    <form
      className={css['newPerson']}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      onKeyDown={(event) => {
        if (event.ctrlKey && event.code === 'KeyS') {
          event.preventDefault();
          void save();
        }
      }}
    >
      <Verdict tone="attention" word={props.title}>
        <KeyButton
          keyName={t('desk.keys.esc')}
          label={t('desk.keys.back')}
          onPress={() => (scanned === null ? hand.show(null) : hand.clear())}
        />
      </Verdict>
      {props.refused !== null && <RefusedMeanwhile {...props.refused} />}
      <div className={css['fields']}>
        <TextInput
          ref={nameField}
          className={css['wide'] ?? ''}
          size="lg"
          label={t('desk.newPerson.name')}
          error={faultOf('name')}
          maxLength={80}
          autoComplete="off"
          value={draft.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        <div className={css['wide']}>
          <span className={css['fieldLabel']} id="new-person-sex">
            {t('desk.newPerson.sex')}
          </span>
          <SegmentedControl
            fullWidth
            size="md"
            aria-labelledby="new-person-sex"
            value={draft.sex ?? 'unknown'}
            onChange={(value) => change({ sex: sexes.find((sex) => sex === value) ?? null })}
            data={[
              ...sexes.map((sex) => ({ value: sex, label: t(`lists.sex.${sex}`) })),
              { value: 'unknown', label: t('desk.newPerson.unknown') },
            ]}
          />
        </div>
        {scanned?.birthMasked != null ? (
          <Known label={t('desk.newPerson.birthDate')} value={birthWords(t, scanned.birthMasked)} />
        ) : (
          <TextInput
            className={css['wide'] ?? ''}
            size="md"
            label={t('desk.newPerson.birthDate')}
            placeholder={t('desk.newPerson.birthDateHint')}
            error={faultOf('birthDate')}
            maxLength={20}
            autoComplete="off"
            value={birth}
            onChange={(event) => {
              setBirth(event.currentTarget.value);
              setFault(null);
            }}
            onBlur={() => {
              if (birthDate !== null) setBirth(birthDate);
            }}
          />
        )}
        {scanned?.phoneMasked != null ? (
          <Known label={t('desk.newPerson.phone')} value={shownPhone(t, scanned.phoneMasked, hides) ?? ''} />
        ) : (
          <TextInput
            className={css['wide'] ?? ''}
            size="md"
            label={t('desk.newPerson.phone')}
            error={faultOf('phone')}
            maxLength={30}
            inputMode="tel"
            autoComplete="off"
            value={draft.phone ?? ''}
            onChange={(event) => change({ phone: event.currentTarget.value })}
          />
        )}
        {scanned?.documentMasked == null ? (
          <>
            <NativeSelect
              className={css['wide'] ?? ''}
              size="md"
              label={t('desk.newPerson.documentKind')}
              value={draft.documentKind ?? ''}
              onChange={(event) => {
                const documentKind = documentKinds.find((kind) => kind === event.currentTarget.value) ?? null;
                change(documentKind === null ? { documentKind, documentNumber: null } : { documentKind });
              }}
              data={[
                { value: '', label: t('desk.newPerson.noDocument') },
                ...documentKinds.map((kind) => ({ value: kind, label: t(`lists.documentKind.${kind}`) })),
              ]}
            />
            <TextInput
              className={css['wide'] ?? ''}
              size="md"
              label={t('desk.newPerson.documentNumber')}
              error={faultOf('documentNumber')}
              maxLength={40}
              autoComplete="off"
              disabled={draft.documentKind === null}
              value={draft.documentNumber ?? ''}
              onChange={(event) => change({ documentNumber: event.currentTarget.value })}
            />
          </>
        ) : (
          <TextInput
            className={css['whole'] ?? ''}
            size="md"
            label={
              scanned.documentKind === null
                ? t('desk.newPerson.document')
                : t(`lists.documentKind.${scanned.documentKind}`)
            }
            error={faultOf('documentNumber')}
            readOnly
            tabIndex={-1}
            value={stagedDocument(t, { ...scanned, documentKind: null }, hides)}
          />
        )}
        {(['building', 'unit', 'room'] as const).map((part) => (
          <TextInput
            key={part}
            className={css['third'] ?? ''}
            size="md"
            label={t(`desk.newPerson.${part}`)}
            maxLength={60}
            autoComplete="off"
            value={draft.address[part]}
            onChange={(event) => changeAddress({ [part]: event.currentTarget.value })}
          />
        ))}
        {isChild && (
          <TextInput
            className={css['whole'] ?? ''}
            size="md"
            label={t('desk.newPerson.guardian')}
            error={faultOf('guardianName')}
            maxLength={80}
            autoComplete="off"
            value={draft.guardianName ?? ''}
            onChange={(event) => change({ guardianName: event.currentTarget.value })}
          />
        )}
      </div>
      {faultOf('form') !== null && (
        <p className={css['failure']} role="alert">
          {faultOf('form')}
        </p>
      )}
      {alike !== null && (
        <AskAlike people={alike} isBusy={isBusy} onAnother={() => void save(true)} onBack={() => setAlike(null)} />
      )}
      {alike === null && (
        <div className={css['formEnd']}>
          <button type="submit" className={css['mainButton']} disabled={isBusy}>
            {t('desk.keys.save')} <Kbd>{t('desk.keys.enter')}</Kbd>
          </button>
          {props.kitTail !== null && (
            <span className={css['faint']}>{t('desk.newPerson.kitWaits', { tail: props.kitTail })}</span>
          )}
        </div>
      )}
    </form>
  );
}

type Alike = Output<'desk.findAlike'>['people'];

/** Somebody alike is known: is it them? Nothing is decided by the program (rule 12 of the desk). */
function AskAlike(props: {
  readonly people: Alike;
  readonly isBusy: boolean;
  readonly onAnother: () => void;
  readonly onBack: () => void;
}) {
  const t = useText();
  const hides = useHides();
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    first.current?.focus({ preventScroll: true });
    first.current?.closest('section')?.scrollIntoView({ block: 'end' });
  }, []);
  const { people } = props;
  const why = people[0]?.why ?? 'nameAndBirth';
  return (
    <section className={css['alike']} role="alertdialog" aria-label={t('desk.alike.word')}>
      <p className={css['householdWord']}>
        <IconAlertTriangle aria-hidden className={css['failureIcon']} /> {t(`desk.alike.${why}`)}
      </p>
      {people.map((person, index) => (
        <div key={person.personId} className={css['alikeRow']}>
          <b>{person.nameMasked}</b>
          <span>{sexAgeWords(t, person)}</span>
          <span>{addressWords(t, person.address)}</span>
          <span>{listedDocument(t, person, hides) || (shownPhone(t, person.phoneMasked, hides) ?? '')}</span>
          <span>{person.testedThisRound ? t('desk.find.tested') : ''}</span>
          <button
            ref={index === 0 ? first : null}
            type="button"
            className={css['mainButton']}
            disabled={props.isBusy}
            onClick={() => void desk.act('desk.choosePerson', { personId: person.personId })}
          >
            {t('desk.alike.same')}
          </button>
        </div>
      ))}
      <div className={css['formEnd']}>
        <button type="button" className={css['keyButton']} disabled={props.isBusy} onClick={props.onAnother}>
          {t('desk.alike.another')}
        </button>
        <button type="button" className={css['keyButton']} onClick={props.onBack}>
          {t('desk.alike.back')}
        </button>
      </div>
    </section>
  );
}

/** What the code said already: shown in part, and not to be changed by hand. */
function Known(props: { readonly label: string; readonly value: string }) {
  return (
    <TextInput className={css['wide'] ?? ''} size="md" label={props.label} readOnly tabIndex={-1} value={props.value} />
  );
}

function RefusedMeanwhile(props: Pick<RefusedStage, 'code' | 'params'>) {
  const t = useText();
  const words = refusalWords(t, useHand(), { ...props, kit: null }, useNowMs());
  return (
    <p className={css['failure']} role="alert">
      <IconX aria-hidden className={css['failureIcon']} />
      {t('desk.newPerson.refused', { title: words.title, why: words.why })}
    </p>
  );
}

function emptyToNull(text: string | null): string | null {
  return text === null || text.trim() === '' ? null : text.trim();
}

type Fault = { readonly field: FieldName; readonly words: string };

function check(
  t: Text,
  draft: PersonDraft,
  scanned: ScannedDraft | null,
  birth: string,
  birthDate: string | null,
  today: string,
  isChild: boolean,
): Fault | null {
  if (draft.name.trim() === '') return { field: 'name', words: t('desk.newPerson.nameNeeded') };
  if (birth.trim() !== '' && birthDate === null)
    return { field: 'birthDate', words: t('desk.newPerson.birthDateWrong') };
  if (birthDate !== null && birthDate > today)
    return { field: 'birthDate', words: t('desk.newPerson.birthDateFuture') };
  if (draft.documentKind !== null && (draft.documentNumber ?? '').trim() === '') {
    return { field: 'documentNumber', words: t('desk.newPerson.numberNeeded') };
  }
  const isKnown = scanned !== null && (scanned.documentMasked !== null || scanned.birthMasked !== null);
  if (draft.documentKind === null && birthDate === null && !isKnown)
    return { field: 'birthDate', words: t('desk.newPerson.birthDateNeeded') };
  if (isChild && emptyToNull(draft.guardianName) === null)
    return { field: 'guardianName', words: t('desk.newPerson.guardianNeeded') };
  return null;
}

/** Core names the field at fault; the words stand beside it. */
function faultOfFailure(t: Text, { code, field, params }: Failure): Fault | null {
  if (code !== 'INVALID_INPUT') return null;
  const name = (field ?? '').replace(/^person\./, '');
  if (name === 'name') return { field: 'name', words: t('desk.newPerson.nameNeeded') };
  if (name === 'guardianName') return { field: 'guardianName', words: t('desk.newPerson.guardianNeeded') };
  if (name === 'phone') return { field: 'phone', words: t('desk.newPerson.phoneWrong') };
  if (name === 'birthDate') {
    const isMissing = params['problem'] === 'neededWithoutDocument';
    return {
      field: 'birthDate',
      words: t(
        isMissing
          ? 'desk.newPerson.birthDateNeeded'
          : params['problem'] === 'otherThanDocument'
            ? 'desk.newPerson.birthDateOther'
            : 'desk.newPerson.birthDateWrong',
      ),
    };
  }
  if (name === 'documentNumber' || name === 'documentKind') {
    const isOther = params['problem'] === 'otherKind';
    return {
      field: 'documentNumber',
      words: t(isOther ? 'desk.newPerson.numberOtherKind' : 'desk.newPerson.numberWrong'),
    };
  }
  return null;
}
