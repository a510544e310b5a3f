import { Button, NumberInput, Select, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { Failure } from '../../../shared/errors.ts';
import {
  type CountLine,
  type DifferenceReason,
  differenceReasons,
  leftOf,
  type StockCount,
} from '../../../shared/model/stock.ts';
import { useLook } from '../../lists/calls.ts';
import { Awaited } from '../../lists/Empty.tsx';
import { figure, momentWords } from '../../lists/formats.ts';
import css from '../../lists/lists.module.css';
import { Notice } from '../../lists/Notice.tsx';
import { Mark } from '../../lists/StatusMark.tsx';
import { saySaved } from '../../lists/said.ts';
import { useSite } from '../../lists/site.ts';
import { useFailureText, useStationAction } from '../../station.ts';
import { useText } from '../../text/index.ts';

const nameOf = ({ productId, lot }: { readonly productId: string; readonly lot: string }) => `${productId} ${lot}`;

/** The count at closing: first what is there, then what should be, then a reason for what differs. */
export function CountForm(props: { readonly onDone: () => void }) {
  const t = useText();
  const failureText = useFailureText();
  const { zone, language, today } = useSite();
  const looked = useLook('counts.get', {});
  const take = useStationAction('counts.take');
  const [counted, setCounted] = useState<Readonly<Record<string, number | ''>>>({});
  const [taken, setTaken] = useState<StockCount | null>(null);
  const [isAgain, setAgain] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  if (looked.value === undefined) return <Awaited failure={looked.failure} onRetry={looked.again} />;
  const { lots, open, last } = looked.value;
  const waiting = taken ?? (isAgain ? null : open);
  if (waiting !== null)
    return (
      <Compare
        key={waiting.countId}
        count={waiting}
        onAgain={() => {
          setTaken(null);
          setCounted({});
          setAgain(true);
        }}
        onDone={props.onDone}
      />
    );
  if (lots.length === 0) return <p className={css['quiet']}>{t('stock.nothingToCount')}</p>;
  const isWhole = lots.every((lot) => typeof counted[nameOf(lot)] === 'number');
  async function submit(): Promise<void> {
    setFailure(null);
    const reply = await take.run({
      requestId: crypto.randomUUID(),
      lines: lots.map((lot) => ({
        productId: lot.productId,
        lot: lot.lot,
        counted: Number(counted[nameOf(lot)] ?? 0),
      })),
    });
    if (reply.ok) setTaken(reply.value.count);
    else setFailure(reply.error);
  }
  return (
    <div className={css['form']}>
      <p className={css['quiet']}>{t('stock.countIntro')}</p>
      {last !== null && (
        <p className={css['quiet']}>
          {t('stock.countLast', {
            when: momentWords(last.atMs, zone, language, today),
            who: last.countedBy,
            by: last.confirmedBy ?? last.countedBy,
          })}
        </p>
      )}
      {lots.map((lot) => (
        <NumberInput
          key={nameOf(lot)}
          label={[lot.productName, lot.lot === '' ? t('stock.noLot') : lot.lot].join(' · ')}
          description={lot.expiresOn === null ? undefined : `${t('stock.expires')} ${lot.expiresOn}`}
          min={0}
          max={1_000_000}
          allowDecimal={false}
          value={counted[nameOf(lot)] ?? ''}
          onChange={(value) => setCounted({ ...counted, [nameOf(lot)]: value === '' ? '' : Number(value) })}
        />
      ))}
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <Button onClick={() => void submit()} loading={take.isBusy} disabled={!isWhole}>
        {t('stock.countDo')}
      </Button>
    </div>
  );
}

function Compare(props: { readonly count: StockCount; readonly onAgain: () => void; readonly onDone: () => void }) {
  const t = useText();
  const failureText = useFailureText();
  const confirm = useStationAction('counts.confirm');
  const { count } = props;
  const [reasons, setReasons] = useState<Readonly<Record<string, DifferenceReason>>>({});
  const [failure, setFailure] = useState<Failure | null>(null);
  const differing = count.lines.filter(({ difference }) => difference !== 0);
  const isSound = differing.every((line) => {
    const reason = reasons[nameOf(line)];
    return reason !== undefined && (reason.code !== 'other' || reason.text.trim().length >= 2);
  });
  async function submit(): Promise<void> {
    setFailure(null);
    const input = {
      requestId: crypto.randomUUID(),
      countId: count.countId,
      reasons: differing.flatMap((line) => {
        const reason = reasons[nameOf(line)];
        return reason === undefined ? [] : [{ productId: line.productId, lot: line.lot, reason }];
      }),
    };
    const reply = await confirm.run(input);
    if (!reply.ok) return setFailure(reply.error);
    saySaved(t('stock.confirmedSaid'));
    props.onDone();
  }
  return (
    <div className={css['form']}>
      <p className={css['quiet']}>{t('stock.countOpen', { who: count.countedBy })}</p>
      {count.lines.map((line) => (
        <Line
          key={nameOf(line)}
          line={line}
          reason={reasons[nameOf(line)] ?? null}
          onReason={(reason) => setReasons({ ...reasons, [nameOf(line)]: reason })}
        />
      ))}
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <div className={css['buttons']}>
        <Button onClick={() => void submit()} loading={confirm.isBusy} disabled={!isSound}>
          {t('stock.confirm')}
        </Button>
        <Button variant="default" onClick={props.onAgain}>
          {t('stock.countAgain')}
        </Button>
      </div>
    </div>
  );
}

function Line(props: {
  readonly line: CountLine;
  readonly reason: DifferenceReason | null;
  readonly onReason: (reason: DifferenceReason) => void;
}) {
  const t = useText();
  const { line, reason, onReason } = props;
  const { difference, reason: _given, ...terms } = line;
  const sign = difference > 0 ? '+' : '−';
  return (
    <fieldset className={css['group']} data-lot={line.lot}>
      <legend>{[line.productName, line.lot === '' ? t('stock.noLot') : line.lot].join(' · ')}</legend>
      <p>{t('stock.balance', { ...terms, book: figure(leftOf(line)) })}</p>
      <p>
        {t('stock.counted')} <span className={css['strong']}>{figure(line.counted)}</span>{' '}
        {difference === 0 ? (
          <Mark tone="done" icon={IconCircleCheck} word={t('stock.agrees')} />
        ) : (
          <Mark
            tone="attention"
            icon={IconAlertTriangle}
            word={t('stock.differs', { n: `${sign}${figure(Math.abs(difference))}` })}
          />
        )}
      </p>
      {difference !== 0 && (
        <Select
          label={t('stock.differenceReason')}
          value={reason?.code ?? null}
          onChange={(value) => {
            const code = differenceReasons.find((each) => each === value);
            if (code !== undefined) onReason({ code, text: reason?.text ?? '' });
          }}
          data={differenceReasons.map((each) => ({ value: each, label: t(`stock.differenceReasons.${each}`) }))}
        />
      )}
      {reason?.code === 'other' && (
        <TextInput
          label={t('stock.reasonWords')}
          maxLength={200}
          value={reason.text}
          onChange={(event) => onReason({ code: 'other', text: event.currentTarget.value })}
        />
      )}
    </fieldset>
  );
}
