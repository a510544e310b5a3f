import { Button, SegmentedControl, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Failure } from '../../../shared/errors.ts';
import { type Moved, transferDirections } from '../../../shared/model/stock.ts';
import css from '../../lists/lists.module.css';
import { Notice } from '../../lists/Notice.tsx';
import { saySaved } from '../../lists/said.ts';
import { useScans } from '../../scan/listeners.ts';
import { useFailureText, useStationAction } from '../../station.ts';
import { useText } from '../../text/index.ts';
import { LotFields, noLot } from './LotFields.tsx';
import { linesOf, withLine } from './lines.ts';

const ways = ['kits', 'range', 'box', 'count'] as const;
const wayWords = {
  kits: 'stock.byKits',
  range: 'stock.byRange',
  box: 'stock.byBox',
  count: 'stock.byCount',
} as const;

/** Kits to or from another site. */
export function TransferForm(props: { readonly onDone: () => void }) {
  const t = useText();
  const failureText = useFailureText();
  const make = useStationAction('transfers.make');
  const [direction, setDirection] = useState<(typeof transferDirections)[number]>('out');
  const [site, setSite] = useState('');
  const [by, setBy] = useState<Moved['by']>('kits');
  const [text, setText] = useState('');
  const [ends, setEnds] = useState({ from: '', to: '' });
  const [lot, setLot] = useState(noLot);
  const [failure, setFailure] = useState<Failure | null>(null);
  useScans({
    onScan: (code) => {
      if (by === 'range') setEnds((former) => (former.from === '' ? { from: code, to: '' } : { ...former, to: code }));
      else if (by === 'box') setText(code);
      else setText((former) => withLine(former, code));
    },
  });
  const moved = ((): Moved | null => {
    const codes = linesOf(text);
    if (by === 'kits') return codes.length === 0 ? null : { by, codes: [...codes] };
    if (by === 'box') return codes[0] === undefined ? null : { by, code: codes[0] };
    if (by === 'range') return ends.from === '' || ends.to === '' ? null : { by, ...ends };
    const { productId, count } = lot;
    return productId === null || lot.lot.trim() === '' || count < 1
      ? null
      : { by, productId, lot: lot.lot.trim(), count };
  })();
  async function submit(): Promise<void> {
    if (moved === null) return;
    setFailure(null);
    const reply = await make.run({ requestId: crypto.randomUUID(), direction, site: site.trim(), lines: [moved] });
    if (!reply.ok) return setFailure(reply.error);
    saySaved(t('stock.transferredSaid', { n: reply.value.kits }));
    props.onDone();
  }
  return (
    <div className={css['form']}>
      <SegmentedControl
        aria-label={t('stock.direction')}
        value={direction}
        onChange={(value) => setDirection(transferDirections.find((each) => each === value) ?? 'out')}
        data={transferDirections.map((each) => ({ value: each, label: t(`stock.${each}`) }))}
      />
      <TextInput
        label={t('stock.site')}
        maxLength={60}
        value={site}
        onChange={(event) => setSite(event.currentTarget.value)}
      />
      <SegmentedControl
        aria-label={t('stock.transferBy')}
        value={by}
        onChange={(value) => {
          setBy(ways.find((each) => each === value) ?? 'kits');
          setText('');
        }}
        data={ways.map((each) => ({ value: each, label: t(wayWords[each]) }))}
      />
      {(by === 'kits' || by === 'box') && (
        <Textarea
          label={t(by === 'box' ? 'stock.boxScan' : 'stock.spoilCodes')}
          autosize
          minRows={by === 'box' ? 1 : 3}
          maxRows={10}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
      {by === 'range' &&
        (['from', 'to'] as const).map((end) => (
          <TextInput
            key={end}
            label={t(end === 'from' ? 'stock.rangeFrom' : 'stock.rangeTo')}
            value={ends[end]}
            onChange={(event) => setEnds({ ...ends, [end]: event.currentTarget.value.trim() })}
          />
        ))}
      {by === 'count' && <LotFields value={lot} onChange={setLot} />}
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <Button onClick={() => void submit()} loading={make.isBusy} disabled={moved === null || site.trim() === ''}>
        {t('stock.transferDo')}
      </Button>
    </div>
  );
}
