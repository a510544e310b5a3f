import { Button, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Failure } from '../../shared/errors.ts';
import {
  type DocumentKind,
  documentKinds,
  type PersonCard,
  type PersonChange,
  sexes,
} from '../../shared/model/person.ts';
import { typedDay } from '../desk/dates.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { saySaved } from '../lists/said.ts';
import { useFailureText, useStationAction } from '../station.ts';
import { type Text, useText } from '../text/index.ts';
import look from './people.module.css';

type Field = 'name' | 'birthDate' | 'document' | 'phone' | 'guardianName';

/** What is known of a person, corrected. Numbers are not shown: a field that stays empty keeps what is there. */
export function PersonEdit(props: {
  readonly person: PersonCard;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}) {
  const t = useText();
  const failureText = useFailureText();
  const save = useStationAction('people.change');
  const { person } = props;
  const [name, setName] = useState(person.name);
  const [sex, setSex] = useState(person.sex);
  const [birth, setBirth] = useState('');
  const [kind, setKind] = useState<DocumentKind | 'keep' | 'none'>('keep');
  const [number, setNumber] = useState('');
  const [phone, setPhone] = useState('');
  const [address, setAddress] = useState(person.address);
  const [guardian, setGuardian] = useState('');
  const [fault, setFault] = useState<{ readonly field: Field; readonly words: string } | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);

  const isAlike = failure?.code === 'PERSON_SAME_DOCUMENT' || failure?.code === 'PERSON_ALIKE';
  const faultOf = (field: Field) => (fault?.field === field ? fault.words : null);

  async function submit(isAnother: boolean): Promise<void> {
    setFault(null);
    setFailure(null);
    const day = birth.trim() === '' ? null : typedDay(birth);
    if (name.trim() === '') return setFault({ field: 'name', words: t('people.edit.wrong.name') });
    if (birth.trim() !== '' && day === null)
      return setFault({ field: 'birthDate', words: t('people.edit.wrong.birthDate') });
    const isNew = kind !== 'keep' && kind !== 'none';
    if (isNew && number.trim() === '') return setFault({ field: 'document', words: t('people.edit.wrong.document') });
    // Part by part: what is shown of an address may be masked, and must not be sent back as if it were typed.
    const doors = Object.fromEntries(
      Object.entries(address).filter(([part, text]) => text !== person.address[part as keyof typeof address]),
    );
    const change: PersonChange = {
      ...(name.trim() === person.name ? {} : { name: name.trim() }),
      ...(sex === person.sex ? {} : { sex }),
      ...(day === null ? {} : { birthDate: day }),
      ...(kind === 'none' ? { document: null } : isNew ? { document: { kind, number: number.trim() } } : {}),
      ...(phone.trim() === '' ? {} : { phone: phone.trim() }),
      ...(Object.keys(doors).length === 0 ? {} : { address: doors }),
      ...(guardian.trim() === '' ? {} : { guardianName: guardian.trim() }),
    };
    if (Object.keys(change).length === 0) {
      saySaved(t('people.edit.nothing'), person.nameMasked);
      return props.onDone();
    }
    const reply = await save.run({
      requestId: crypto.randomUUID(),
      personId: person.personId,
      change,
      isAnother,
    });
    if (reply.ok) {
      saySaved(t(reply.value.changed.length === 0 ? 'people.edit.nothing' : 'people.edit.saved'), person.nameMasked);
      return props.onDone();
    }
    const found = faultOfFailure(t, reply.error);
    if (found === null) setFailure(reply.error);
    else setFault(found);
  }

  return (
    <form
      className={css['form']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit(false);
      }}
    >
      <h3 className={css['section']}>{t('people.edit.title')}</h3>
      <div className={look['fields']}>
        <TextInput
          label={t('people.edit.name')}
          maxLength={80}
          autoComplete="off"
          value={name}
          error={faultOf('name')}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <div>
          <span className={look['label']} id="person-edit-sex">
            {t('people.edit.sex')}
          </span>
          <SegmentedControl
            fullWidth
            aria-labelledby="person-edit-sex"
            value={sex ?? 'unknown'}
            onChange={(value) => setSex(sexes.find((each) => each === value) ?? null)}
            data={[
              ...sexes.map((each) => ({ value: each, label: t(`lists.sex.${each}`) })),
              { value: 'unknown', label: t('people.edit.unknown') },
            ]}
          />
        </div>
        <TextInput
          label={t('people.edit.birthDate')}
          placeholder={t('people.edit.keep')}
          description={birth === '' ? undefined : t('people.edit.birthHint')}
          maxLength={20}
          autoComplete="off"
          value={birth}
          error={faultOf('birthDate')}
          onChange={(event) => setBirth(event.currentTarget.value)}
        />
        <TextInput
          label={t('people.edit.phone')}
          placeholder={t('people.edit.keep')}
          maxLength={30}
          autoComplete="off"
          value={phone}
          error={faultOf('phone')}
          onChange={(event) => setPhone(event.currentTarget.value)}
        />
        <NativeSelect
          label={t('people.edit.document')}
          value={kind}
          onChange={(event) => {
            const value = event.currentTarget.value;
            setKind(value === 'none' ? 'none' : (documentKinds.find((each) => each === value) ?? 'keep'));
          }}
          data={[
            { value: 'keep', label: t('people.edit.documentKeep') },
            ...documentKinds.map((each) => ({ value: each, label: t(`lists.documentKind.${each}`) })),
            { value: 'none', label: t('people.edit.documentNone') },
          ]}
        />
        <TextInput
          label={t('people.edit.documentNumber')}
          maxLength={40}
          autoComplete="off"
          disabled={kind === 'keep' || kind === 'none'}
          value={number}
          error={faultOf('document')}
          onChange={(event) => setNumber(event.currentTarget.value)}
        />
        <div className={look['door']}>
          {(['building', 'unit', 'room'] as const).map((part) => (
            <TextInput
              key={part}
              label={t(`people.edit.${part}`)}
              maxLength={60}
              autoComplete="off"
              value={address[part]}
              onChange={(event) => setAddress({ ...address, [part]: event.currentTarget.value.trim() })}
            />
          ))}
        </div>
        <TextInput
          label={t('people.edit.guardian')}
          placeholder={t('people.edit.keep')}
          maxLength={80}
          autoComplete="off"
          value={guardian}
          error={faultOf('guardianName')}
          onChange={(event) => setGuardian(event.currentTarget.value)}
        />
      </div>
      <p className={css['faint']}>{t('people.edit.note')}</p>
      {failure !== null && <Notice tone={isAlike ? 'attention' : 'refused'}>{failureText(failure)}</Notice>}
      <div className={css['buttons']}>
        {isAlike ? (
          <Button loading={save.isBusy} onClick={() => void submit(true)}>
            {t('people.edit.another')}
          </Button>
        ) : (
          <Button type="submit" loading={save.isBusy}>
            {t('people.edit.save')}
          </Button>
        )}
        <Button variant="default" onClick={props.onCancel}>
          {t('lists.cancel')}
        </Button>
      </div>
    </form>
  );
}

/** Core names the part at fault; the words stand beside it. */
function faultOfFailure(t: Text, { code, field, params }: Failure): { field: Field; words: string } | null {
  if (code !== 'INVALID_INPUT') return null;
  const problem = params['problem'];
  switch ((field ?? '').replace(/^change\./, '')) {
    case 'name':
      return { field: 'name', words: t('people.edit.wrong.name') };
    case 'birthDate':
      return {
        field: 'birthDate',
        words: t(
          problem === 'future'
            ? 'people.edit.wrong.birthFuture'
            : problem === 'neededWithoutDocument'
              ? 'people.edit.wrong.birthNeeded'
              : problem === 'otherThanDocument'
                ? 'people.edit.wrong.birthOther'
                : 'people.edit.wrong.birthDate',
        ),
      };
    case 'document':
    case 'document.number':
      return { field: 'document', words: t('people.edit.wrong.document') };
    case 'phone':
      return { field: 'phone', words: t('people.edit.wrong.phone') };
    case 'guardianName':
      return { field: 'guardianName', words: t('people.edit.wrong.guardian') };
    default:
      return null;
  }
}
