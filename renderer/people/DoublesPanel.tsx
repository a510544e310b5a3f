import { Button, Radio } from '@mantine/core';
import { IconArrowLeft, IconArrowsJoin, IconUserCheck, IconUsers } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { Output } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import type { MaskedPerson, PersonField } from '../../shared/model/person.ts';
import { useLook } from '../lists/calls.ts';
import { Awaited, Empty } from '../lists/Empty.tsx';
import { figure, momentWords } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { Paper, Screen } from '../lists/Screen.tsx';
import { SideSheet } from '../lists/SideSheet.tsx';
import { saySaved } from '../lists/said.ts';
import { useSite } from '../lists/site.ts';
import { addressWords, birthWords, sexAgeWords } from '../lists/words.ts';
import { listedDocument, shownPhone, useHides } from '../privacy/privacy.ts';
import { useFailureText, useStationAction } from '../station.ts';
import { type Text, useText } from '../text/index.ts';
import look from './people.module.css';

type Pair = Output<'people.listDoubles'>['pairs'][number];

/** People who may be one: the same document, or the same name and birth date. Somebody decides about each pair. */
export function DoublesPanel(props: { readonly onClose: () => void }) {
  const t = useText();
  const looked = useLook('people.listDoubles', {});
  const [open, setOpen] = useState<Pair | null>(null);
  const found = looked.value;
  const decided = (): void => {
    setOpen(null);
    looked.again();
  };
  return (
    <Screen
      title={t('people.doubles.title')}
      beside={
        found !== undefined &&
        found.pairs.length > 0 && (
          <span className={css['quiet']} role="status">
            {t('people.doubles.count', { n: figure(found.pairs.length) })}
          </span>
        )
      }
      actions={
        <Button variant="default" leftSection={<IconArrowLeft size="1.125rem" aria-hidden />} onClick={props.onClose}>
          {t('people.doubles.back')}
        </Button>
      }
    >
      <Paper fill>
        {found === undefined ? (
          <Awaited failure={looked.failure} onRetry={looked.again} />
        ) : found.pairs.length === 0 ? (
          <Empty
            title={t('people.doubles.none')}
            hint={t('people.doubles.noneHint')}
            icon={<IconUsers size="2.5rem" stroke={1.4} aria-hidden />}
          />
        ) : (
          <ul className={look['doubles']} aria-label={t('people.doubles.title')}>
            {found.pairs.map((pair) => (
              <li key={`${pair.a.personId} ${pair.b.personId}`} className={look['double']}>
                <span className={css['quiet']}>{t(`people.doubles.why.${pair.why}`)}</span>
                <One person={pair.a} />
                <One person={pair.b} />
                <Button variant="default" onClick={() => setOpen(pair)}>
                  {t('people.doubles.compare')}
                </Button>
              </li>
            ))}
          </ul>
        )}
        {found?.isMore === true && (
          <div className={css['foot']}>
            <span>{t('people.doubles.more', { n: figure(found.pairs.length) })}</span>
          </div>
        )}
      </Paper>
      <SideSheet title={t('people.merge.title')} isOpen={open !== null} onClose={() => setOpen(null)} size="46rem">
        {open !== null && (
          <Compared
            key={`${open.a.personId} ${open.b.personId}`}
            aId={open.a.personId}
            bId={open.b.personId}
            onDecided={decided}
          />
        )}
      </SideSheet>
    </Screen>
  );
}

function One(props: { readonly person: MaskedPerson }) {
  const t = useText();
  const hides = useHides();
  const { person } = props;
  return (
    <span className={look['one']}>
      <span>
        <b>{person.nameMasked}</b> <span className={css['quiet']}>{sexAgeWords(t, person)}</span>
      </span>
      <span className={css['quiet']}>
        {[addressWords(t, person.address), listedDocument(t, person, hides) || t('people.noDocument')]
          .filter((part) => part !== '')
          .join(' · ')}
      </span>
    </span>
  );
}

function Compared(props: { readonly aId: string; readonly bId: string; readonly onDecided: () => void }) {
  const looked = useLook('people.compare', { aId: props.aId, bId: props.bId });
  if (looked.value === undefined) return <Awaited failure={looked.failure} onRetry={looked.again} />;
  return <Decide compared={looked.value} onDecided={props.onDecided} />;
}

type Side = 'a' | 'b';
const shownFields: readonly PersonField[] = [
  'name',
  'sex',
  'birthDate',
  'document',
  'phone',
  'address',
  'guardianName',
];

/** A part of a person in words, or null where nothing is entered. */
function partWords(t: Text, hides: boolean, person: MaskedPerson, field: PersonField): string | null {
  switch (field) {
    case 'name':
      return person.nameMasked;
    case 'sex':
      return person.sex === null ? null : t(`lists.sex.${person.sex}`);
    case 'birthDate':
      return person.birthMasked === null ? null : birthWords(t, person.birthMasked);
    case 'document':
      return listedDocument(t, person, hides) || null;
    case 'phone':
      return shownPhone(t, person.phoneMasked, hides);
    case 'address':
      return addressWords(t, person.address) || null;
    case 'guardianName':
      return person.guardianMasked;
  }
}

/** Whoever has more to lose is kept: a document before none, more tests before fewer. */
function likelierSide({ a, b }: Output<'people.compare'>): Side {
  const hasA = a.person.documentMasked !== null;
  const hasB = b.person.documentMasked !== null;
  if (hasA !== hasB) return hasA ? 'a' : 'b';
  return b.tests > a.tests ? 'b' : 'a';
}

/** Two people side by side: where they differ somebody chooses, and then says that they are one, or two. */
function Decide(props: { readonly compared: Output<'people.compare'>; readonly onDecided: () => void }) {
  const t = useText();
  const hides = useHides();
  const failureText = useFailureText();
  const { zone, language, today } = useSite();
  const merge = useStationAction('people.merge');
  const part = useStationAction('people.setDistinct');
  const { compared } = props;
  const { a, b, differs } = compared;
  const [kept] = useState<Side>(() => likelierSide(compared));
  const [chosen, setChosen] = useState<Readonly<Partial<Record<PersonField, Side>>>>({});
  const [failure, setFailure] = useState<Failure | null>(null);
  const persons = { a: a.person, b: b.person } as const;

  const sideOf = (field: PersonField): Side => {
    const set = chosen[field];
    if (set !== undefined) return set;
    // What only one of them has is not lost unless somebody wants it so.
    const [inA, inB] = [partWords(t, hides, a.person, field), partWords(t, hides, b.person, field)];
    if (inA === null && inB !== null) return 'b';
    if (inB === null && inA !== null) return 'a';
    return kept;
  };
  const isDelicate = [a.person, b.person].some(
    ({ documentMasked, age }) => documentMasked === null || (age !== null && age < 14),
  );

  async function join(): Promise<void> {
    setFailure(null);
    const reply = await merge.run({
      requestId: crypto.randomUUID(),
      keptId: persons[kept].personId,
      absorbedId: persons[kept === 'a' ? 'b' : 'a'].personId,
      take: differs.filter((field) => sideOf(field) !== kept),
    });
    if (!reply.ok) return setFailure(reply.error);
    saySaved(t('people.merge.done', { n: figure(reply.value.tests) }), persons[kept].nameMasked);
    props.onDecided();
  }
  async function keepApart(): Promise<void> {
    setFailure(null);
    const reply = await part.run({
      requestId: crypto.randomUUID(),
      aId: a.person.personId,
      bId: b.person.personId,
    });
    if (!reply.ok) return setFailure(reply.error);
    saySaved(t('people.merge.isDistinct'));
    props.onDecided();
  }
  const plain = (label: string, ofA: ReactNode, ofB: ReactNode) => (
    <>
      <span className={look['pairLabel']}>{label}</span>
      <span className={look['pairPlain']}>{ofA}</span>
      <span className={look['pairPlain']}>{ofB}</span>
    </>
  );
  const source = (one: typeof a): string =>
    t(`people.merge.sourceOf.${one.source}`, { at: momentWords(one.addedAtMs, zone, language, today) });
  return (
    <div className={css['form']}>
      <p className={css['quiet']}>{t('people.merge.hint')}</p>
      <div className={look['pair']}>
        <span className={look['pairHead']} />
        <span className={look['pairHead']}>{t('people.merge.left')}</span>
        <span className={look['pairHead']}>{t('people.merge.right')}</span>
        {shownFields.map((field) => {
          const label = t(`people.merge.field.${field}`);
          const words = (side: Side) => partWords(t, hides, persons[side], field) ?? t('people.merge.empty');
          if (!differs.includes(field)) return <Same key={field} label={label} value={words('a')} />;
          return (
            <div key={field} role="radiogroup" aria-label={label} className={look['pairRow']}>
              <span className={look['pairLabel']}>{label}</span>
              {(['a', 'b'] as const).map((side) => (
                <span key={side} className={look['pairChoice']} data-chosen={sideOf(field) === side}>
                  <Radio
                    name={`merge-${field}`}
                    value={side}
                    label={words(side)}
                    checked={sideOf(field) === side}
                    onChange={() => setChosen({ ...chosen, [field]: side })}
                  />
                </span>
              ))}
            </div>
          );
        })}
        {plain(t('people.merge.source'), source(a), source(b))}
        {plain(
          t('people.merge.tests'),
          t('people.merge.testsOf', { n: figure(a.tests) }),
          t('people.merge.testsOf', { n: figure(b.tests) }),
        )}
      </div>
      {isDelicate && <Notice tone="attention">{t('people.merge.child')}</Notice>}
      <p className={css['quiet']}>{t('people.merge.result')}</p>
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <div className={css['buttons']}>
        <Button
          leftSection={<IconArrowsJoin size="1.125rem" aria-hidden />}
          loading={merge.isBusy}
          onClick={() => void join()}
        >
          {t('people.merge.confirm')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconUserCheck size="1.125rem" aria-hidden />}
          loading={part.isBusy}
          onClick={() => void keepApart()}
        >
          {t('people.merge.distinct')}
        </Button>
      </div>
    </div>
  );
}

function Same(props: { readonly label: string; readonly value: string }) {
  return (
    <>
      <span className={look['pairLabel']}>{props.label}</span>
      <span className={`${look['pairPlain']} ${look['pairSame']}`}>{props.value}</span>
    </>
  );
}
