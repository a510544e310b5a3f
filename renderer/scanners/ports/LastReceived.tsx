import type { GunDamage, GunScan } from '../../../shared/model/gun.ts';
import { kindWords } from '../../desk/words.ts';
import { clockWithSeconds } from '../../lists/formats.ts';
import css from '../../lists/lists.module.css';
import { Notice } from '../../lists/Notice.tsx';
import { Paper } from '../../lists/Screen.tsx';
import { useSite } from '../../lists/site.ts';
import { useText } from '../../text/index.ts';
import scanners from '../scanners.module.css';
import { Visible } from '../Visible.tsx';
import look from './ports.module.css';
import { receivedOf } from './received.ts';

/** The last thing that any gun sent while the page is open: a scan, or something that is none. */
export type Last =
  | { readonly kind: 'scan'; readonly scan: GunScan }
  | { readonly kind: 'damage'; readonly damage: GunDamage };

export function LastReceived(props: { readonly last: Last | null }) {
  const t = useText();
  const { last } = props;
  return (
    <Paper fill>
      <section className={look['last']} aria-label={t('ports.lastTitle')} aria-live="polite">
        <h2 className={look['lastTitle']}>{t('ports.lastTitle')}</h2>
        {last === null && <p className={css['quiet']}>{t('ports.lastEmpty')}</p>}
        {last?.kind === 'scan' && <Scan scan={last.scan} />}
        {last?.kind === 'damage' && (
          <>
            <p className={css['quiet']}>{last.damage.name}</p>
            <Notice tone="attention">{t(`ports.damage.${last.damage.by}`)}</Notice>
          </>
        )}
      </section>
    </Paper>
  );
}

function Scan(props: { readonly scan: GunScan }) {
  const t = useText();
  const { today, zone } = useSite();
  const { scan } = props;
  const { text, isHidden, characters, bytes, separators, symbologyId, kind, isFaulty } = receivedOf(scan, today);
  const named = kind === null ? null : kindWords(t, kind);
  const facts = [
    {
      key: 'readAs',
      word: t('scanners.arrival.readAs'),
      value:
        named === null
          ? t('scanners.arrival.unknown')
          : isFaulty
            ? t('scanners.arrival.faulty', { kind: named })
            : named,
    },
    {
      key: 'separators',
      word: t('scanners.arrival.separators'),
      value: separators === 0 ? t('scanners.gsWay.none') : t('ports.separators', { n: separators }),
    },
    {
      key: 'symbology',
      word: t('scanners.arrival.symbology'),
      value: symbologyId ?? t('scanners.arrival.noSymbology'),
    },
    {
      key: 'length',
      word: t('scanners.arrival.length'),
      value: t('scanners.arrival.lengthWords', { characters, bytes }),
    },
  ];
  return (
    <>
      <p className={css['quiet']}>
        {scan.name} · {t(`ports.role.${scan.role}`)} · {clockWithSeconds(scan.atMs, zone)}
      </p>
      <p className={scanners['arrived']} data-received data-selectable>
        <Visible text={text} />
      </p>
      {isHidden && <p className={css['faint']}>{t('scanners.arrival.hidden')}</p>}
      <dl className={scanners['tiles']}>
        {facts.map(({ key, word, value }) => (
          <div key={key} data-fact={key}>
            <dt>{word}</dt>
            <dd data-selectable>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
