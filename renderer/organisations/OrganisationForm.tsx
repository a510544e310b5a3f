import { Button, Radio, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { Failure } from '../../shared/errors.ts';
import { contactsMost, type Organisation, organisationKinds } from '../../shared/model/organisation.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { saySaved } from '../lists/said.ts';
import { useFailureText, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';
import look from './organisations.module.css';

type NewContact = { readonly key: string; readonly name: string; readonly phone: string };

/** A new organisation, or another name, code and other contacts. Contacts that are there stay masked and stay as they are. */
export function OrganisationForm(props: {
  readonly organisation: Organisation | null;
  readonly onDone: (organisationId: string) => void;
  readonly onCancel: () => void;
  readonly onRemoved: () => void;
}) {
  const t = useText();
  const failureText = useFailureText();
  const { organisation } = props;
  const saving = useStationAction('organisations.save');
  const removing = useStationAction('organisations.remove');
  const [kind, setKind] = useState(organisation?.kind ?? 'community');
  const [name, setName] = useState(organisation?.name ?? '');
  const [creditCode, setCreditCode] = useState(organisation?.creditCode ?? '');
  const [kept, setKept] = useState(organisation?.contacts ?? []);
  const [added, setAdded] = useState<readonly NewContact[]>(organisation === null ? [blank()] : []);
  const [isTried, setTried] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const isCodeWrong = failure?.field === 'creditCode' && failure.code === 'INVALID_INPUT';

  const write = (key: string, change: Partial<NewContact>): void =>
    setAdded(added.map((contact) => (contact.key === key ? { ...contact, ...change } : contact)));

  async function submit(): Promise<void> {
    setTried(true);
    const isNameless = added.some((contact) => contact.name.trim() === '' && contact.phone.trim() !== '');
    if (name.trim() === '' || isNameless || saving.isBusy) return;
    setFailure(null);
    const reply = await saving.run({
      requestId: crypto.randomUUID(),
      organisationId: organisation?.organisationId ?? null,
      kind,
      name: name.trim(),
      creditCode: creditCode.trim() === '' ? null : creditCode.trim(),
      contacts: [
        ...kept.map(({ contactId }) => ({ contactId })),
        ...added
          .filter((contact) => contact.name.trim() !== '')
          .map((contact) => ({
            name: contact.name.trim(),
            phone: contact.phone.trim() === '' ? null : contact.phone.trim(),
          })),
      ],
    });
    if (!reply.ok) return setFailure(reply.error);
    saySaved(t(organisation === null ? 'organisations.isAdded' : 'organisations.isChanged', { name: name.trim() }));
    props.onDone(reply.value.organisation.organisationId);
  }
  async function remove(organisationId: string): Promise<void> {
    setFailure(null);
    const reply = await removing.run({ requestId: crypto.randomUUID(), organisationId });
    if (!reply.ok) return setFailure(reply.error);
    saySaved(t('organisations.isRemoved', { name: organisation?.name ?? '' }));
    props.onRemoved();
  }

  return (
    <form
      className={css['form']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextInput
        label={t('organisations.name')}
        withAsterisk
        data-autofocus
        maxLength={60}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={isTried && name.trim() === '' ? t('organisations.nameNeeded') : null}
      />
      <Radio.Group
        label={t('organisations.kind')}
        value={kind}
        onChange={(value) => setKind(organisationKinds.find((each) => each === value) ?? 'community')}
      >
        <div className={css['choices']}>
          {organisationKinds.map((each) => (
            <Radio key={each} value={each} label={t(`organisations.kindOf.${each}`)} />
          ))}
        </div>
      </Radio.Group>
      <TextInput
        label={t('organisations.creditCode')}
        placeholder={t('organisations.creditCodeHint')}
        maxLength={40}
        value={creditCode}
        onChange={(event) => {
          setCreditCode(event.currentTarget.value);
          setFailure(null);
        }}
        error={isCodeWrong ? t('organisations.creditCodeWrong') : null}
      />
      <fieldset className={css['group']}>
        <legend>{t('organisations.contacts')}</legend>
        <div className={look['contacts']}>
          {kept.map(({ contactId, nameMasked, phoneMasked }) => (
            <div key={contactId} className={look['contact']}>
              <span>{[nameMasked, phoneMasked ?? ''].filter((part) => part !== '').join(' ')}</span>
              <Button
                variant="subtle"
                color="gray"
                leftSection={<IconX size="1rem" aria-hidden />}
                onClick={() => setKept(kept.filter((each) => each.contactId !== contactId))}
              >
                {t('organisations.dropContact', { name: nameMasked })}
              </Button>
            </div>
          ))}
          {added.map((contact) => (
            <div key={contact.key} className={css['pair']}>
              <TextInput
                label={t('organisations.contactName')}
                maxLength={40}
                value={contact.name}
                onChange={(event) => write(contact.key, { name: event.currentTarget.value })}
                error={
                  isTried && contact.name.trim() === '' && contact.phone.trim() !== ''
                    ? t('organisations.nameNeeded')
                    : null
                }
              />
              <TextInput
                label={t('organisations.contactPhone')}
                maxLength={30}
                inputMode="tel"
                value={contact.phone}
                onChange={(event) => write(contact.key, { phone: event.currentTarget.value })}
              />
            </div>
          ))}
          {kept.length + added.length < contactsMost && (
            <div>
              <Button
                variant="default"
                leftSection={<IconPlus size="1rem" aria-hidden />}
                onClick={() => setAdded([...added, blank()])}
              >
                {t('organisations.addContact')}
              </Button>
            </div>
          )}
        </div>
      </fieldset>
      {failure !== null && !isCodeWrong && <Notice tone="refused">{failureText(failure)}</Notice>}
      <div className={css['buttons']}>
        <Button type="submit" loading={saving.isBusy}>
          {t('organisations.save')}
        </Button>
        <Button variant="default" onClick={props.onCancel}>
          {t('lists.cancel')}
        </Button>
      </div>
      {organisation !== null && (
        <div className={css['sheetPart']}>
          <p className={css['quiet']}>{t('organisations.removeHint')}</p>
          <Button
            variant="default"
            disabled={organisation.people > 0}
            loading={removing.isBusy}
            onClick={() => void remove(organisation.organisationId)}
          >
            {t('organisations.remove')}
          </Button>
        </div>
      )}
    </form>
  );
}

function blank(): NewContact {
  return { key: crypto.randomUUID(), name: '', phone: '' };
}
