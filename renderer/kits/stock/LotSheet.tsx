import { Button, TextInput } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import type { Failure } from '../../../shared/errors.ts';
import { type LotMove, leftOf, spoilReasons } from '../../../shared/model/stock.ts';
import { isRealDay } from '../../../shared/time.ts';
import table from '../../imports/imports.module.css';
import { useLook } from '../../lists/calls.ts';
import { DayInput } from '../../lists/DayField.tsx';
import { Awaited } from '../../lists/Empty.tsx';
import { figure, momentWords } from '../../lists/formats.ts';
import css from '../../lists/lists.module.css';
import { Notice } from '../../lists/Notice.tsx';
import { SideSheet } from '../../lists/SideSheet.tsx';
import { saySaved } from '../../lists/said.ts';
import { may, useSite } from '../../lists/site.ts';
import { useFailureText, useStationAction } from '../../station.ts';
import { type Text, useText } from '../../text/index.ts';

/** A lot with everything of it: what is left and why, what came and went, and its expiry date, which a supervisor mends. */
export function LotSheet(props: { readonly lotId: string | null; readonly onClose: () => void }) {
  const t = useText();
  return (
    <SideSheet title={t('stock.lotPage')} isOpen={props.lotId !== null} onClose={props.onClose} size="44rem">
      {props.lotId !== null && <LotPage key={props.lotId} lotId={props.lotId} />}
    </SideSheet>
  );
}

const kinds = { box: 'stock.received', out: 'stock.out', in: 'stock.in', spoil: 'stock.spoiled' } as const;

function LotPage(props: { readonly lotId: string }) {
  const t = useText();
  const { operator, zone, language, today } = useSite();
  const looked = useLook('lots.get', { lotId: props.lotId });
  const [isEditing, setEditing] = useState(false);
  const lot = looked.value;
  if (lot === undefined) return <Awaited failure={looked.failure} onRetry={looked.again} />;
  const { stock, moves, changes } = lot;
  const when = (atMs: number): string => momentWords(atMs, zone, language, today);
  return (
    <div className={css['form']}>
      <div>
        <p className={css['strong']}>
          {lot.productName} · {lot.lot}
        </p>
        <p>
          {t('stock.expires')} {lot.expiresOn ?? t('lists.unknown')}
        </p>
      </div>
      {lot.recalledAtMs !== null && (
        <Notice tone="refused">{t('kits.lots.recalled', { when: when(lot.recalledAtMs) })}</Notice>
      )}
      {lot.recalledAtMs === null && lot.expiresOn !== null && lot.expiresOn < today && (
        <Notice tone="refused">{t('kits.lots.expired')}</Notice>
      )}
      {stock?.isNext === true && <Notice tone="neutral">{t('stock.next')}</Notice>}
      {may(operator, 'products.edit') &&
        (isEditing ? (
          <ExpiryForm
            lotId={lot.lotId}
            expiresOn={lot.expiresOn}
            onDone={() => {
              setEditing(false);
              looked.again();
            }}
          />
        ) : (
          <div className={css['buttons']}>
            <Button
              variant="default"
              leftSection={<IconPencil size="1.125rem" aria-hidden />}
              onClick={() => setEditing(true)}
            >
              {t('stock.expiryEdit')}
            </Button>
          </div>
        ))}
      {stock !== null && (
        <table className={table['sample']} aria-label={t('stock.left')}>
          <tbody>
            {(['opening', 'received', 'movedIn', 'movedOut', 'used', 'spoiled'] as const).map((key) => (
              <tr key={key}>
                <td>{t(key === 'movedIn' ? 'stock.in' : key === 'movedOut' ? 'stock.out' : `stock.${key}`)}</td>
                <td>{figure(stock[key])}</td>
              </tr>
            ))}
            <tr>
              <td className={css['strong']}>{t('stock.left')}</td>
              <td className={css['strong']}>{stock.isKept ? figure(leftOf(stock)) : t('stock.notKept')}</td>
            </tr>
          </tbody>
        </table>
      )}
      <section className={css['form']} aria-label={t('stock.lotMoves')}>
        <p className={css['strong']}>{t('stock.lotMoves')}</p>
        {moves.length === 0 && <p className={css['quiet']}>{t('stock.lotMovesNone')}</p>}
        {moves.length > 0 && (
          <div className={table['scrolls']}>
            <table className={table['sample']} aria-label={t('stock.lotMoves')}>
              <tbody>
                {moves.map((move) => (
                  <tr key={`${move.kind} ${move.id}`}>
                    <td>{when(move.atMs)}</td>
                    <td>{t(kinds[move.kind])}</td>
                    <td>{figure(move.count)}</td>
                    <td>{whatWords(t, move)}</td>
                    <td className={css['quiet']}>{move.operatorName}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
      {changes.length > 0 && (
        <section className={css['form']} aria-label={t('stock.expiryChanges')}>
          <p className={css['strong']}>{t('stock.expiryChanges')}</p>
          {changes.map(({ fromDay, toDay, reason, atMs, operatorName }) => (
            <p key={`${atMs} ${toDay ?? ''}`}>
              {fromDay ?? t('lists.unknown')} → {toDay ?? t('lists.unknown')}
              <br />
              <span className={css['quiet']}>{[reason, operatorName, when(atMs)].join(' · ')}</span>
            </p>
          ))}
        </section>
      )}
    </div>
  );
}

function whatWords(t: Text, { kind, what }: LotMove): string {
  if (kind !== 'spoil') return what;
  const reason = spoilReasons.find((each) => each === what);
  return reason === undefined ? what : t(`stock.reasons.${reason}`);
}

function ExpiryForm(props: { readonly lotId: string; readonly expiresOn: string | null; readonly onDone: () => void }) {
  const t = useText();
  const failureText = useFailureText();
  const save = useStationAction('lots.save');
  const [day, setDay] = useState(props.expiresOn ?? '');
  const [reason, setReason] = useState('');
  const [failure, setFailure] = useState<Failure | null>(null);
  const expiresOn = day.trim() === '' ? null : day.trim();
  const isUnfit = expiresOn !== null && !isRealDay(expiresOn);
  async function submit(): Promise<void> {
    setFailure(null);
    const reply = await save.run({
      requestId: crypto.randomUUID(),
      lotId: props.lotId,
      expiresOn,
      reason: reason.trim(),
    });
    if (!reply.ok) return setFailure(reply.error);
    saySaved(t('stock.expirySaved'));
    props.onDone();
  }
  return (
    <div className={css['form']}>
      <DayInput
        label={t('stock.expires')}
        isLabelShown
        placeholder="2024-09-30"
        value={day}
        onChange={setDay}
        error={isUnfit ? t('stock.expiresHint') : null}
      />
      <TextInput
        label={t('stock.reason')}
        description={t('stock.expiryReasonHint')}
        maxLength={200}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <div className={css['buttons']}>
        <Button
          onClick={() => void submit()}
          loading={save.isBusy}
          disabled={isUnfit || reason.trim().length < 2 || expiresOn === props.expiresOn}
        >
          {t('stock.expirySave')}
        </Button>
        <Button variant="default" onClick={props.onDone}>
          {t('stock.expiryKeep')}
        </Button>
      </div>
    </div>
  );
}
