import { Autocomplete, Button, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { classify } from '../../../shared/codes/classify.ts';
import type { Input } from '../../../shared/contract.ts';
import type { Failure } from '../../../shared/errors.ts';
import { useLook } from '../../lists/calls.ts';
import css from '../../lists/lists.module.css';
import { Notice } from '../../lists/Notice.tsx';
import { saySaved } from '../../lists/said.ts';
import { useSite } from '../../lists/site.ts';
import { useScans } from '../../scan/listeners.ts';
import { useFailureText, useStationAction } from '../../station.ts';
import { useText } from '../../text/index.ts';
import { reachWords } from './reachWords.ts';

type Target = Input<'recalls.make'>['target'];

/** A lot, or kits from one code to another, stopped from now on. The gun fills it: any kit of the lot, or both ends. */
export function RecallForm(props: { readonly onDone: (recallId: string) => void }) {
  const t = useText();
  const failureText = useFailureText();
  const { today } = useSite();
  const make = useStationAction('recalls.make');
  const products = useLook('products.list', {}).value?.products ?? [];
  const lots = useLook('lots.list', {}).value?.lots ?? [];
  const [kind, setKind] = useState<Target['kind']>('lot');
  const [productId, setProductId] = useState<string | null>(null);
  const [lot, setLot] = useState('');
  const [ends, setEnds] = useState({ from: '', to: '' });
  const [source, setSource] = useState('');
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  useScans({
    onScan: (text) => {
      setFailure(null);
      if (kind === 'kits') {
        setEnds((former) =>
          former.from === '' || former.to !== '' ? { from: text, to: '' } : { ...former, to: text },
        );
        return;
      }
      const code = classify(text, { today });
      if (!code.ok) return;
      const gtin = code.fields['01'] ?? code.fields['gtin'];
      const product = products.find(({ gtins }) => gtin !== undefined && gtins.includes(gtin));
      if (product !== undefined) setProductId(product.id);
      const named = code.fields['10'];
      if (named !== undefined) setLot(named);
    },
  });
  const chosen = products.find(({ id }) => id === productId);
  const target: Target | null =
    kind === 'lot'
      ? productId === null || lot.trim() === ''
        ? null
        : { kind, productId, lot: lot.trim() }
      : ends.from.trim() === '' || ends.to.trim() === ''
        ? null
        : { kind, from: ends.from.trim(), to: ends.to.trim() };
  const short = (text: string): string | null => (isTried && text.trim().length < 2 ? t('recalls.wordsNeeded') : null);

  async function submit(): Promise<void> {
    setTried(true);
    if (target === null || source.trim().length < 2 || reason.trim().length < 2 || make.isBusy) return;
    setFailure(null);
    const reply = await make.run({
      requestId: crypto.randomUUID(),
      target,
      source: source.trim(),
      reason: reason.trim(),
    });
    if (!reply.ok) return setFailure(reply.error);
    const { recall } = reply.value;
    saySaved(t('recalls.standing'), reachWords(t, recall));
    props.onDone(recall.recallId);
  }
  const missing = isTried && target === null ? t(kind === 'lot' ? 'recalls.lotMissing' : 'recalls.codesMissing') : null;
  return (
    <form
      className={css['form']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <p className={css['quiet']}>{t('recalls.makeHint')}</p>
      <SegmentedControl
        aria-label={t('recalls.what')}
        value={kind}
        onChange={(value) => {
          setKind(value === 'kits' ? 'kits' : 'lot');
          setFailure(null);
        }}
        data={[
          { value: 'lot', label: t('recalls.lotOf') },
          { value: 'kits', label: t('recalls.kitsOf') },
        ]}
      />
      {kind === 'lot' ? (
        <>
          <Select
            label={t('stock.product')}
            searchable
            value={productId}
            onChange={setProductId}
            data={products.map(({ id, shortName }) => ({ value: id, label: shortName }))}
          />
          <Autocomplete
            label={t('stock.lot')}
            maxLength={40}
            value={lot}
            onChange={setLot}
            error={missing}
            data={[
              ...new Set(lots.filter(({ productName }) => productName === chosen?.shortName).map((each) => each.lot)),
            ]}
          />
        </>
      ) : (
        <>
          <TextInput
            label={t('recalls.from')}
            description={t('recalls.rangeHint')}
            value={ends.from}
            onChange={(event) => setEnds({ ...ends, from: event.currentTarget.value })}
          />
          <TextInput
            label={t('recalls.to')}
            value={ends.to}
            onChange={(event) => setEnds({ ...ends, to: event.currentTarget.value })}
            error={missing}
          />
        </>
      )}
      <TextInput
        label={t('recalls.source')}
        description={t('recalls.sourceHint')}
        maxLength={200}
        value={source}
        onChange={(event) => setSource(event.currentTarget.value)}
        error={short(source)}
      />
      <TextInput
        label={t('recalls.reason')}
        description={t('recalls.reasonHint')}
        maxLength={200}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        error={short(reason)}
      />
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <Button type="submit" loading={make.isBusy}>
        {t('recalls.make')}
      </Button>
    </form>
  );
}
