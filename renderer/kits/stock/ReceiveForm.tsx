import { Button, NumberInput, Select, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import type { Failure } from '../../../shared/errors.ts';
import type { BoxReading } from '../../../shared/model/stock.ts';
import { useLook } from '../../lists/calls.ts';
import { figure, momentWords } from '../../lists/formats.ts';
import css from '../../lists/lists.module.css';
import { Notice } from '../../lists/Notice.tsx';
import { saySaved } from '../../lists/said.ts';
import { useSite } from '../../lists/site.ts';
import { useScans } from '../../scan/listeners.ts';
import { useFailureText, useStationAction } from '../../station.ts';
import { useText } from '../../text/index.ts';

type Draft = {
  readonly id: string;
  readonly raw: string | null;
  readonly name: string | null;
  readonly productId: string | null;
  readonly lot: string;
  readonly expiresOn: string;
  readonly count: number;
  readonly from: string;
  readonly to: string;
  readonly kits: readonly string[];
};
type Said = { readonly tone: 'done' | 'attention' | 'refused'; readonly words: string };

/** Boxes come in: each scan is a box more, or a kit that checks the last one. */
export function ReceiveForm(props: { readonly onDone: () => void }) {
  const t = useText();
  const failureText = useFailureText();
  const { zone, language, today } = useSite();
  const products = useLook('products.list', {});
  const read = useStationAction('boxes.read');
  const receive = useStationAction('boxes.receive');
  const [sender, setSender] = useState('');
  const [boxes, setBoxes] = useState<readonly Draft[]>([]);
  const [said, setSaid] = useState<Said | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  /** Scans are read one after the other: a gun is faster than an answer. */
  const queue = useRef<Promise<void>>(Promise.resolve());
  const shown = useRef<readonly Draft[]>([]);
  const keep = (next: readonly Draft[]): void => {
    shown.current = next;
    setBoxes(next);
  };

  const add = (reading: Extract<BoxReading, { kind: 'box' }> | null): void => {
    const last = shown.current.at(-1);
    // What a label does not say is mostly as on the box before.
    const isOther = reading?.productId != null && last !== undefined && reading.productId !== last.productId;
    const like = isOther ? undefined : last;
    const lot = reading?.lot ?? like?.lot ?? '';
    keep([
      ...shown.current,
      {
        id: crypto.randomUUID(),
        raw: reading?.raw ?? null,
        name: reading?.name ?? null,
        productId: reading?.productId ?? like?.productId ?? null,
        lot,
        expiresOn: reading?.expiresOn ?? (like !== undefined && like.lot === lot ? like.expiresOn : ''),
        count: reading?.count ?? like?.count ?? 0,
        from: '',
        to: '',
        kits: [],
      },
    ]);
  };
  /** What a scan comes to, and what is to be said of it. */
  const take = (reading: BoxReading): Said | null => {
    if (reading.kind === 'other') return { tone: 'refused', words: t('stock.scanOther') };
    if (reading.kind === 'box') {
      if (reading.receivedAtMs !== null) {
        const when = momentWords(reading.receivedAtMs, zone, language, today);
        return { tone: 'refused', words: t('stock.scanKnown', { when }) };
      }
      const isOneBox = reading.raw.startsWith('(00)') || /^\](?:C1|d2|e0)00|^00\d{18}/.test(reading.raw);
      if (isOneBox && shown.current.some(({ raw }) => raw === reading.raw))
        return { tone: 'attention', words: t('stock.scanTwice') };
      add(reading);
      return null;
    }
    const { tail, raw } = reading;
    const last = shown.current.at(-1);
    if (last === undefined) return { tone: 'attention', words: t('stock.scanNoBox') };
    if (reading.state !== 'fresh' && reading.state !== 'known')
      return { tone: 'refused', words: t('stock.scanUsed', { tail }) };
    const differs =
      (reading.productId !== null && reading.productId !== last.productId) ||
      (reading.lot !== null && reading.lot !== last.lot);
    if (differs) return { tone: 'refused', words: t('stock.scanDiffers', { tail }) };
    if (!last.kits.includes(raw)) keep([...shown.current.slice(0, -1), { ...last, kits: [...last.kits, raw] }]);
    return { tone: 'done', words: t('stock.scanFits', { tail }) };
  };
  useScans({
    onScan: (text) => {
      queue.current = queue.current.then(async () => {
        const reply = await read.run({ text: text.trim() });
        if (reply.ok) setSaid(take(reply.value));
        else setFailure(reply.error);
      });
    },
  });

  const change = (id: string, more: Partial<Draft>): void =>
    keep(shown.current.map((box) => (box.id === id ? { ...box, ...more } : box)));
  const isSound = (box: Draft): boolean =>
    box.productId !== null &&
    box.lot.trim() !== '' &&
    box.count >= 1 &&
    /^(\d{4}-\d\d-\d\d)?$/.test(box.expiresOn.trim()) &&
    (box.from === '') === (box.to === '');
  const all = boxes.reduce((sum, { count }) => sum + count, 0);
  async function submit(): Promise<void> {
    setFailure(null);
    const reply = await receive.run({
      requestId: crypto.randomUUID(),
      sender: sender.trim(),
      boxes: boxes.map((box) => ({
        raw: box.raw,
        productId: box.productId ?? '',
        lot: box.lot.trim(),
        expiresOn: box.expiresOn.trim() === '' ? null : box.expiresOn.trim(),
        count: box.count,
        range: box.from === '' ? null : { from: box.from, to: box.to },
        kits: [...box.kits],
      })),
    });
    if (!reply.ok) return setFailure(reply.error);
    saySaved(t('stock.receivedSaid', { n: figure(reply.value.kits) }));
    props.onDone();
  }
  return (
    <div className={css['form']}>
      <p className={css['quiet']}>{t('stock.receiveIntro')}</p>
      <TextInput
        label={t('stock.sender')}
        placeholder={t('stock.senderHint')}
        maxLength={60}
        value={sender}
        onChange={(event) => setSender(event.currentTarget.value)}
      />
      {said !== null && <Notice tone={said.tone}>{said.words}</Notice>}
      {boxes.map((box) => (
        <fieldset key={box.id} className={css['group']} data-box={box.id}>
          <legend>{box.name === null ? t('stock.noBoxCode') : t('stock.boxCode', { name: box.name })}</legend>
          <div className={css['pair']}>
            <Select
              label={t('stock.product')}
              searchable
              value={box.productId}
              onChange={(productId) => change(box.id, { productId })}
              data={(products.value?.products ?? []).map(({ id, shortName }) => ({ value: id, label: shortName }))}
            />
            <NumberInput
              label={t('stock.count')}
              min={0}
              max={1_000_000}
              value={box.count}
              onChange={(count) => change(box.id, { count: Number(count) })}
            />
          </div>
          <div className={css['pair']}>
            <TextInput
              label={t('stock.lot')}
              maxLength={40}
              value={box.lot}
              onChange={(event) => change(box.id, { lot: event.currentTarget.value })}
            />
            <TextInput
              label={t('stock.expires')}
              placeholder={t('stock.expiresHint')}
              value={box.expiresOn}
              onChange={(event) => change(box.id, { expiresOn: event.currentTarget.value })}
            />
          </div>
          <div className={css['pair']}>
            {(['from', 'to'] as const).map((end) => (
              <TextInput
                key={end}
                label={t(end === 'from' ? 'stock.rangeFrom' : 'stock.rangeTo')}
                value={box[end]}
                onChange={(event) => change(box.id, { [end]: event.currentTarget.value.trim() })}
              />
            ))}
          </div>
          <p className={css['quiet']}>{t('stock.rangeHint')}</p>
          <div className={css['buttons']}>
            {box.kits.length > 0 && <span>{t('stock.checked', { n: box.kits.length })}</span>}
            <Button
              size="compact-sm"
              variant="subtle"
              onClick={() => keep(shown.current.filter(({ id }) => id !== box.id))}
            >
              {t('stock.removeBox')}
            </Button>
          </div>
        </fieldset>
      ))}
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <div className={css['buttons']}>
        <Button
          onClick={() => void submit()}
          loading={receive.isBusy}
          disabled={boxes.length === 0 || sender.trim() === '' || !boxes.every(isSound)}
        >
          {t('stock.receiveDo', { n: figure(all) })}
        </Button>
        <Button variant="default" leftSection={<IconPlus size="1.125rem" aria-hidden />} onClick={() => add(null)}>
          {t('stock.addBox')}
        </Button>
      </div>
    </div>
  );
}
