import { Button, NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { IconFileTypePdf, IconPlus, IconTrash } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import type { Output } from '../../shared/contract.ts';
import { type Failure, ok } from '../../shared/errors.ts';
import { type StickerLayout, stickerLayouts } from '../../shared/model/sticker.ts';
import type { Column } from '../lists/CalmTable.tsx';
import { useLook } from '../lists/calls.ts';
import { Awaited, Empty } from '../lists/Empty.tsx';
import { figure, momentWords } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { Paper } from '../lists/Screen.tsx';
import { SideSheet } from '../lists/SideSheet.tsx';
import { saySaved } from '../lists/said.ts';
import { may, useSite } from '../lists/site.ts';
import { useOntoPaper } from '../lists/useOntoPaper.tsx';
import { WholeList } from '../lists/WholeList.tsx';
import { useScans } from '../scan/listeners.ts';
import { useFailureText, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';

type Batch = Output<'stickers.list'>['batches'][number];
const reasons = ['damaged', 'printedBadly', 'lost', 'other'] as const;

/** Stickers for kits without a code of their own: issued, printed, spoiled, and where each of them is. */
export function StickersTab() {
  const t = useText();
  const { operator, zone, language, today } = useSite();
  const looked = useLook('stickers.list', { limit: 500 });
  const [open, setOpen] = useState<'issue' | 'spoil' | Batch | null>(null);
  const columns = useMemo<readonly Column<Batch>[]>(
    () => [
      {
        key: 'product',
        heading: t('stickers.product'),
        width: 'minmax(10rem, 1.5fr)',
        cell: (row) => <span className={css['strong']}>{row.productName}</span>,
      },
      { key: 'lot', heading: t('stickers.lot'), width: 'minmax(7rem, 1fr)', cell: (row) => row.lot },
      { key: 'expires', heading: t('stickers.expires'), width: '8rem', cell: (row) => row.expiresOn ?? '—' },
      { key: 'count', heading: t('stickers.count'), width: '6rem', align: 'end', cell: (row) => figure(row.count) },
      {
        key: 'account',
        heading: t('stickers.account'),
        width: 'minmax(13rem, 1.5fr)',
        cell: (row) => t('stickers.accountWords', { used: row.used, spoiled: row.spoiled, unused: row.unused }),
      },
      {
        key: 'issued',
        heading: t('stickers.issued'),
        width: 'minmax(9rem, 1fr)',
        cell: (row) => momentWords(row.issuedAtMs, zone, language, today),
      },
      {
        key: 'print',
        heading: '',
        width: '11rem',
        cell: (row) => (
          <Button
            size="compact-sm"
            variant="default"
            disabled={row.unused === 0}
            leftSection={<IconFileTypePdf size="1rem" aria-hidden />}
            onClick={() => setOpen(row)}
          >
            {t('stickers.print')}
          </Button>
        ),
      },
    ],
    [t, zone, language, today],
  );
  const textsOf = useCallback((row: Batch) => [row.productName, row.lot], []);
  if (looked.value === undefined) {
    return (
      <Paper fill>
        <Awaited failure={looked.failure} onRetry={looked.again} />
      </Paper>
    );
  }
  const buttons = (
    <div className={css['actions']}>
      <Button
        variant="default"
        leftSection={<IconTrash size="1.125rem" aria-hidden />}
        onClick={() => setOpen('spoil')}
      >
        {t('stickers.spoil')}
      </Button>
      {may(operator, 'stickers.issue') && (
        <Button leftSection={<IconPlus size="1.125rem" aria-hidden />} onClick={() => setOpen('issue')}>
          {t('stickers.issue')}
        </Button>
      )}
    </div>
  );
  const close = (): void => {
    setOpen(null);
    looked.again();
  };
  return (
    <>
      <WholeList
        label={t('stickers.tab')}
        searchFor={t('stickers.lot')}
        rows={looked.value.batches}
        columns={columns}
        rowKey={(row) => row.batchId}
        textsOf={textsOf}
        filter={buttons}
        empty={<Empty title={t('stickers.empty')} hint={t('stickers.emptyHint')} />}
      />
      <SideSheet
        title={t(open === 'spoil' ? 'stickers.spoil' : open === 'issue' ? 'stickers.issue' : 'stickers.print')}
        isOpen={open !== null}
        onClose={close}
      >
        {open === 'issue' && <IssueForm onDone={close} />}
        {open === 'spoil' && <SpoilForm onDone={close} />}
        {open !== null && typeof open === 'object' && <PrintForm batch={open} />}
      </SideSheet>
    </>
  );
}

function IssueForm(props: { readonly onDone: () => void }) {
  const t = useText();
  const failureText = useFailureText();
  const products = useLook('products.list', {});
  const issue = useStationAction('stickers.issue');
  const [productId, setProductId] = useState<string | null>(null);
  const [lot, setLot] = useState('');
  const [expires, setExpires] = useState('');
  const [count, setCount] = useState(65);
  const [failure, setFailure] = useState<Failure | null>(null);
  const isSound = productId !== null && lot.trim() !== '' && /^(\d{4}-\d\d-\d\d)?$/.test(expires.trim()) && count >= 1;
  async function submit(): Promise<void> {
    if (productId === null || !isSound) return;
    const reply = await issue.run({
      requestId: crypto.randomUUID(),
      productId,
      lot: lot.trim(),
      expiresOn: expires.trim() === '' ? null : expires.trim(),
      count,
    });
    if (reply.ok) props.onDone();
    else setFailure(reply.error);
  }
  return (
    <div className={css['form']}>
      <Select
        label={t('stickers.product')}
        searchable
        value={productId}
        onChange={setProductId}
        data={(products.value?.products ?? []).map(({ id, shortName }) => ({ value: id, label: shortName }))}
      />
      <TextInput label={t('stickers.lot')} value={lot} onChange={(event) => setLot(event.currentTarget.value)} />
      <TextInput
        label={t('stickers.expires')}
        placeholder="2024-09-30"
        value={expires}
        onChange={(event) => setExpires(event.currentTarget.value)}
      />
      <NumberInput
        label={t('stickers.count')}
        min={1}
        max={1000}
        value={count}
        onChange={(value) => setCount(Number(value))}
      />
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <Button onClick={() => void submit()} loading={issue.isBusy} disabled={!isSound}>
        {t('stickers.issue')}
      </Button>
    </div>
  );
}

function SpoilForm(props: { readonly onDone: () => void }) {
  const t = useText();
  const failureText = useFailureText();
  const spoil = useStationAction('stickers.spoil');
  const [text, setText] = useState('');
  const [reason, setReason] = useState<(typeof reasons)[number]>('damaged');
  const [words, setWords] = useState('');
  const [failure, setFailure] = useState<Failure | null>(null);
  const codes = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  useScans({ onScan: (code) => setText((former) => `${former.trimEnd()}\n${code.trim()}`.trimStart()) });
  async function submit(): Promise<void> {
    const reply = await spoil.run({
      requestId: crypto.randomUUID(),
      codes,
      reason: { code: reason, text: words.trim() },
    });
    if (!reply.ok) return setFailure(reply.error);
    saySaved(t('stickers.spoiled', { n: reply.value.spoiled }));
    props.onDone();
  }
  return (
    <div className={css['form']}>
      <Textarea
        label={t('stickers.codes')}
        autosize
        minRows={4}
        maxRows={12}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Select
        label={t('stickers.reason')}
        allowDeselect={false}
        value={reason}
        onChange={(value) => setReason(reasons.find((each) => each === value) ?? 'damaged')}
        data={reasons.map((each) => ({ value: each, label: t(`stickers.reasons.${each}`) }))}
      />
      {reason === 'other' && (
        <TextInput
          label={t('stickers.reasonWords')}
          maxLength={200}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      )}
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <Button
        onClick={() => void submit()}
        loading={spoil.isBusy}
        disabled={codes.length === 0 || (reason === 'other' && words.trim().length < 2)}
      >
        {t('stickers.spoilDo')}
      </Button>
    </div>
  );
}

function PrintForm(props: { readonly batch: Batch }) {
  const t = useText();
  const { language } = useSite();
  const print = useStationAction('print.stickers');
  const [layout, setLayout] = useState<StickerLayout>('65');
  const [startAt, setStartAt] = useState(1);
  const [from, setFrom] = useState(1);
  const { batchId, count } = props.batch;
  const paper = useOntoPaper({
    print: async (where) => {
      const reply = await print.run({ batchId, layout, startAt, from, language, ...where });
      if (!reply.ok) return reply;
      const { path } = reply.value;
      return ok(path === null ? t('lists.paper.printed') : t('lists.paper.savedTo', { path }));
    },
  });
  const places = layout === '65' ? 65 : 24;
  return (
    <div className={css['form']}>
      <Select
        label={t('stickers.layout')}
        allowDeselect={false}
        value={layout}
        onChange={(value) => {
          setLayout(stickerLayouts.find((each) => each === value) ?? '65');
          setStartAt(1);
        }}
        data={stickerLayouts.map((each) => ({ value: each, label: t(`stickers.layout${each}`) }))}
      />
      <NumberInput
        label={t('stickers.startAt')}
        description={t('stickers.startAtHint', { n: places })}
        min={1}
        max={places}
        clampBehavior="strict"
        value={startAt}
        onChange={(value) => setStartAt(Math.max(1, Number(value)))}
      />
      <NumberInput
        label={t('stickers.from')}
        description={t('stickers.fromHint')}
        min={1}
        max={count}
        clampBehavior="strict"
        value={from}
        onChange={(value) => setFrom(Math.max(1, Number(value)))}
      />
      {paper.buttons}
      {paper.notes}
    </div>
  );
}
