import { Button, Textarea, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useState } from 'react';
import { classify } from '../../shared/codes/classify.ts';
import type { Failure } from '../../shared/errors.ts';
import type { KitProduct } from '../../shared/model/kit.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { SideSheet } from '../lists/SideSheet.tsx';
import { saySaved } from '../lists/said.ts';
import { useSite } from '../lists/site.ts';
import { useScans } from '../scan/listeners.ts';
import { useFailureText, useStationAction } from '../station.ts';
import { type Text, useText } from '../text/index.ts';
import { checkGtins, checkWindow, type GtinFault, type MinuteFault } from './productForm.ts';

export function ProductSheet(props: { readonly product: KitProduct | 'new' | null; readonly onClose: () => void }) {
  const t = useText();
  const { product, onClose } = props;
  return (
    <SideSheet
      title={t(product === 'new' ? 'kits.form.titleNew' : 'kits.form.title')}
      isOpen={product !== null}
      onClose={onClose}
    >
      {product !== null && (
        <ProductForm
          key={product === 'new' ? 'new' : product.id}
          product={product === 'new' ? null : product}
          onDone={onClose}
        />
      )}
    </SideSheet>
  );
}

function minuteWords(t: Text, fault: MinuteFault | null): string | null {
  if (fault === null) return null;
  const { code, ...params } = fault;
  return t(`kits.form.${code}`, params);
}

function gtinWords(t: Text, fault: GtinFault | null): string | null {
  if (fault === null) return null;
  const { code, ...params } = fault;
  return t(`kits.form.${code}`, params);
}

/** The GTIN in what a gun reads off a box: a bare one, or the one inside a GS1 code. */
function gtinOf(text: string, today: string): string | null {
  const code = classify(text, { today });
  return code.ok ? (code.fields['01'] ?? code.fields['gtin'] ?? null) : null;
}

const most = 60;

function ProductForm(props: { readonly product: KitProduct | null; readonly onDone: () => void }) {
  const t = useText();
  const failureText = useFailureText();
  const { today } = useSite();
  const save = useStationAction('products.save');
  const { product, onDone } = props;
  const [registrant, setRegistrant] = useState(product?.registrant ?? '');
  const [shortName, setShortName] = useState(product?.shortName ?? '');
  const [method, setMethod] = useState(product?.method ?? '');
  const [registration, setRegistration] = useState(product?.registrationNumber ?? '');
  const [storage, setStorage] = useState(product?.storage ?? '');
  const [opens, setOpens] = useState(String(product?.window?.opensAfterMin ?? ''));
  const [closes, setCloses] = useState(String(product?.window?.closesAfterMin ?? ''));
  const [gtinText, setGtinText] = useState((product?.gtins ?? []).join('\n'));
  const [isTried, setTried] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  const window = checkWindow(opens, closes);
  const gtins = checkGtins(gtinText);
  const tooLong = (text: string): string | null =>
    text.trim().length > most ? t('kits.form.tooLong', { most }) : null;
  const registrantFault =
    registrant.trim() === ''
      ? isTried || product !== null
        ? t('kits.form.needRegistrant')
        : null
      : tooLong(registrant);
  // A half-filled pair is no fault while the other field is being reached; it is one when it is to be saved.
  const opensFault = window.opens?.code === 'windowNeedsBoth' && !isTried ? null : window.opens;
  const closesFault = window.closes?.code === 'windowNeedsBoth' && !isTried ? null : window.closes;
  const isSound =
    registrant.trim() !== '' &&
    [registrant, shortName, method, registration].every((text) => tooLong(text) === null) &&
    window.opens === null &&
    window.closes === null &&
    gtins.fault === null;

  async function submit(): Promise<void> {
    setTried(true);
    if (!isSound || save.isBusy) return;
    setFailure(null);
    const reply = await save.run({
      requestId: crypto.randomUUID(),
      productId: product?.id ?? null,
      registrant: registrant.trim(),
      shortName: shortName.trim(),
      method: method.trim() === '' ? null : method.trim(),
      registrationNumber: registration.trim() === '' ? null : registration.trim(),
      gtins: [...gtins.gtins],
      window: window.window,
      storage: storage.trim() === '' ? null : storage.trim(),
    });
    if (!reply.ok) return setFailure(reply.error);
    saySaved(t('lists.saved'), reply.value.product.shortName || reply.value.product.registrant);
    onDone();
  }
  // The gun reads the box into the form while it is open.
  useScans({
    onScan: (text) => {
      const gtin = gtinOf(text, today) ?? text.trim();
      setGtinText((former) => (former.trim() === '' ? gtin : `${former.trimEnd()}\n${gtin}`));
    },
  });
  useHotkeys([['mod+S', () => void submit()]], []);

  return (
    <form
      className={css['form']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <fieldset className={css['group']}>
        <legend>{t('kits.form.window')}</legend>
        <p className={css['quiet']}>{t('kits.form.windowHint')}</p>
        <div className={css['pair']}>
          <TextInput
            label={t('kits.form.opens')}
            inputMode="decimal"
            data-autofocus
            value={opens}
            onChange={(event) => setOpens(event.currentTarget.value)}
            error={minuteWords(t, opensFault)}
            rightSection={<span className={css['unit']}>{t('lists.minutes')}</span>}
            rightSectionWidth="4.5rem"
          />
          <TextInput
            label={t('kits.form.closes')}
            inputMode="decimal"
            value={closes}
            onChange={(event) => setCloses(event.currentTarget.value)}
            error={minuteWords(t, closesFault)}
            rightSection={<span className={css['unit']}>{t('lists.minutes')}</span>}
            rightSectionWidth="4.5rem"
          />
        </div>
        <p className={css['quiet']} role="status">
          {window.window !== null
            ? t('kits.form.windowReads', { opens: window.window.opensAfterMin, closes: window.window.closesAfterMin })
            : opens.trim() === '' && closes.trim() === '' && t('kits.form.windowUnset')}
        </p>
      </fieldset>
      <Textarea
        label={t('kits.form.gtins')}
        description={t('kits.form.gtinsHint')}
        autosize
        minRows={2}
        maxRows={6}
        value={gtinText}
        onChange={(event) => setGtinText(event.currentTarget.value)}
        error={failure?.code === 'NAME_TAKEN' ? t('kits.form.gtinTaken') : gtinWords(t, gtins.fault)}
      />
      <TextInput
        label={t('kits.form.shortName')}
        description={t('kits.form.shortNameHint')}
        value={shortName}
        onChange={(event) => setShortName(event.currentTarget.value)}
        error={tooLong(shortName)}
      />
      <TextInput
        label={t('kits.form.registrant')}
        description={t('kits.form.registrantHint')}
        withAsterisk
        value={registrant}
        onChange={(event) => setRegistrant(event.currentTarget.value)}
        error={registrantFault}
      />
      <div className={css['pair']}>
        <TextInput
          label={t('kits.form.method')}
          placeholder={t('kits.form.methodHint')}
          value={method}
          onChange={(event) => setMethod(event.currentTarget.value)}
          error={tooLong(method)}
        />
        <TextInput
          label={t('kits.form.registration')}
          value={registration}
          onChange={(event) => setRegistration(event.currentTarget.value)}
          error={tooLong(registration)}
        />
      </div>
      <TextInput
        label={t('stock.storage')}
        placeholder={t('stock.storageHint')}
        maxLength={120}
        value={storage}
        onChange={(event) => setStorage(event.currentTarget.value)}
      />
      {failure !== null && failure.code !== 'NAME_TAKEN' && <Notice tone="refused">{failureText(failure)}</Notice>}
      <div className={css['buttons']}>
        <Button type="submit" loading={save.isBusy}>
          {t('lists.save')}
        </Button>
        <Button variant="default" onClick={onDone}>
          {t('lists.cancel')}
        </Button>
      </div>
    </form>
  );
}
