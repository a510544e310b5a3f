import { Button, Select, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Failure } from '../../../shared/errors.ts';
import { spoilReasons } from '../../../shared/model/stock.ts';
import css from '../../lists/lists.module.css';
import { Notice } from '../../lists/Notice.tsx';
import { saySaved } from '../../lists/said.ts';
import { useScans } from '../../scan/listeners.ts';
import { useFailureText, useStationAction } from '../../station.ts';
import { useText } from '../../text/index.ts';
import { LotFields, noLot } from './LotFields.tsx';
import { linesOf, withLine } from './lines.ts';

/** Kits that are no good: scanned one by one, or so many of a lot. */
export function SpoilForm(props: { readonly onDone: () => void }) {
  const t = useText();
  const failureText = useFailureText();
  const spoil = useStationAction('kits.spoil');
  const [text, setText] = useState('');
  const [lot, setLot] = useState(noLot);
  const [reason, setReason] = useState<(typeof spoilReasons)[number]>('damaged');
  const [words, setWords] = useState('');
  const [failure, setFailure] = useState<Failure | null>(null);
  const codes = linesOf(text);
  const { productId, count } = lot;
  const ofLot = productId !== null && count > 0 ? { productId, lot: lot.lot.trim(), count } : null;
  useScans({ onScan: (code) => setText((former) => withLine(former, code)) });
  async function submit(): Promise<void> {
    setFailure(null);
    const reply = await spoil.run({
      requestId: crypto.randomUUID(),
      codes: [...codes],
      lot: ofLot,
      reason: { code: reason, text: words.trim() },
    });
    if (!reply.ok) return setFailure(reply.error);
    saySaved(t('stock.spoiledSaid', { n: reply.value.spoiled }));
    props.onDone();
  }
  return (
    <div className={css['form']}>
      <Textarea
        label={t('stock.spoilCodes')}
        autosize
        minRows={3}
        maxRows={10}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <fieldset className={css['group']}>
        <legend>{t('stock.spoilCount')}</legend>
        <LotFields value={lot} onChange={setLot} />
      </fieldset>
      <Select
        label={t('stock.reason')}
        allowDeselect={false}
        value={reason}
        onChange={(value) => setReason(spoilReasons.find((each) => each === value) ?? 'damaged')}
        data={spoilReasons.map((each) => ({ value: each, label: t(`stock.reasons.${each}`) }))}
      />
      {reason === 'other' && (
        <TextInput
          label={t('stock.reasonWords')}
          maxLength={200}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      )}
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <Button
        onClick={() => void submit()}
        loading={spoil.isBusy}
        disabled={(codes.length === 0 && ofLot === null) || (reason === 'other' && words.trim().length < 2)}
      >
        {t('stock.spoilDo')}
      </Button>
    </div>
  );
}
