import { IconArrowsExchange, IconCircleDashed } from '@tabler/icons-react';
import type { Output } from '../../../shared/contract.ts';
import type { MaskedPerson } from '../../../shared/model/person.ts';
import type { TracedCandidate } from '../../../shared/model/trace.ts';
import { figure, momentWords } from '../../lists/formats.ts';
import css from '../../lists/lists.module.css';
import { Mark, StatusMark } from '../../lists/StatusMark.tsx';
import { useSite } from '../../lists/site.ts';
import { addressWords, sexAgeWords } from '../../lists/words.ts';
import { listedDocument, useHides } from '../../privacy/privacy.ts';
import { useText } from '../../text/index.ts';
import { Boxes, Maker } from './parts.tsx';
import look from './trace.module.css';

/** Kits that a part of a serial may mean. */
export function KitChoice(props: {
  readonly kits: readonly TracedCandidate[];
  readonly isMore: boolean;
  readonly onKit: (kitKey: string) => void;
}) {
  const t = useText();
  const { zone, language, today } = useSite();
  return (
    <>
      <h2 className={css['section']} role="status">
        {t('trace.several')}
      </h2>
      <ul className={look['choices']} aria-label={t('trace.several')}>
        {props.kits.map((kit) => (
          <li key={kit.kitKey}>
            <button type="button" className={look['choice']} onClick={() => props.onKit(kit.kitKey)}>
              <b className={look['serial']}>{kit.serial}</b>
              <span className={css['quiet']}>
                {[kit.productName, kit.lot].filter((part) => part !== null && part !== '').join(' · ')}
              </span>
              <span className={css['quiet']}>
                {kit.boundAtMs === null ? '' : momentWords(kit.boundAtMs, zone, language, today)}
              </span>
              {kit.status === null ? (
                <Mark tone="neutral" icon={IconCircleDashed} word={t('trace.unused')} />
              ) : (
                <StatusMark status={kit.status} />
              )}
            </button>
          </li>
        ))}
      </ul>
      {props.isMore && <p className={css['quiet']}>{t('trace.severalMore')}</p>}
    </>
  );
}

/** People who share a phone or a document. */
export function PersonChoice(props: {
  readonly people: readonly MaskedPerson[];
  readonly onPerson: (personId: string) => void;
}) {
  const t = useText();
  const hides = useHides();
  return (
    <>
      <h2 className={css['section']} role="status">
        {t('trace.whichPerson')}
      </h2>
      <ul className={look['choices']} aria-label={t('trace.whichPerson')}>
        {props.people.map((person) => (
          <li key={person.personId}>
            <button type="button" className={look['choice']} onClick={() => props.onPerson(person.personId)}>
              <b>{person.nameMasked}</b>
              <span className={css['quiet']}>{sexAgeWords(t, person)}</span>
              <span className={css['quiet']}>{addressWords(t, person.address)}</span>
              <span className={css['quiet']}>{listedDocument(t, person, hides)}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** A code that names a product or a lot: what is known of it here. */
export function ProductFound(props: { readonly found: Extract<Output<'kits.trace'>, { kind: 'product' }> }) {
  const t = useText();
  const { product, code, lot, expiresOn, boxes } = props.found;
  return (
    <>
      <h2 className={css['section']} role="status">
        {t('trace.product')}
      </h2>
      <p className={css['quiet']}>{t('trace.productHint')}</p>
      <Maker product={product} productCode={code} />
      {lot !== null && (
        <>
          <p>
            <b>{t('trace.lot', { lot })}</b>{' '}
            {expiresOn === null ? t('trace.expiresUnknown') : t('trace.expires', { day: expiresOn })}
          </p>
          <h3 className={css['section']}>{t('trace.productBoxes')}</h3>
          {boxes.length === 0 ? <p className={css['quiet']}>{t('trace.productNoBoxes')}</p> : <Boxes boxes={boxes} />}
        </>
      )}
    </>
  );
}

/** A box by its label. */
export function BoxFound(props: { readonly found: Extract<Output<'kits.trace'>, { kind: 'box' }> }) {
  const t = useText();
  const { name, received } = props.found;
  return (
    <>
      <h2 className={css['section']} role="status">
        {t('trace.box', { name })}
      </h2>
      {received === null ? (
        <p className={css['quiet']}>{t('trace.boxNever')}</p>
      ) : (
        <>
          {received.isAway && <Mark tone="attention" icon={IconArrowsExchange} word={t('trace.boxAway')} />}
          <Maker product={received.product} productCode={null} />
          <p>
            <b>{t('trace.lot', { lot: received.lot })}</b>{' '}
            {received.expiresOn === null ? t('trace.expiresUnknown') : t('trace.expires', { day: received.expiresOn })}
          </p>
          <Boxes boxes={[received]} />
          <h3 className={css['section']}>{t('trace.boxKits')}</h3>
          {received.kits.length === 0 ? (
            <p className={css['quiet']}>{t('trace.boxNotListed')}</p>
          ) : (
            <ul className={look['lines']}>
              {received.kits.map(({ from, to, count }) => (
                <li key={from}>{from === to ? from : t('trace.boxRange', { from, to, n: figure(count) })}</li>
              ))}
            </ul>
          )}
        </>
      )}
    </>
  );
}
