import { Button } from '@mantine/core';
import {
  IconAlertTriangle,
  IconAlertTriangleOff,
  IconArrowBackUp,
  IconArrowsExchange,
  IconBuildingFactory2,
  IconCircleDashed,
  IconCircleX,
  IconClock,
  IconCloudUp,
  IconDroplet,
  IconFileShredder,
  IconFileText,
  IconHelpCircle,
  IconLink,
  IconListCheck,
  IconPackageImport,
  IconPrinter,
  IconStack2,
  IconSticker,
  IconTrash,
  IconUser,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { KitTrace, TracedTest } from '../../../shared/model/trace.ts';
import { figure, momentWords } from '../../lists/formats.ts';
import css from '../../lists/lists.module.css';
import { Mark, StatusMark } from '../../lists/StatusMark.tsx';
import { useSite } from '../../lists/site.ts';
import { addressWords, sexAgeWords } from '../../lists/words.ts';
import { reasonWords } from '../../results/reasons.ts';
import history from '../../results/results.module.css';
import { Correction, Reading, Step, type StepIcon } from '../../results/TestHistory.tsx';
import { UploadList } from '../../results/UploadList.tsx';
import { useText } from '../../text/index.ts';
import { Boxes, boxWords, Maker } from './parts.tsx';
import look from './trace.module.css';

type Links = { readonly onPerson: (personId: string) => void; readonly onTest: (testId: string) => void };
/** A step with the moment it stands at: those of one moment keep the order in which they are written here. */
type Told = { readonly atMs: number; readonly key: string; readonly step: ReactNode };

/** Everything that is known of one kit, from its maker to the uploads, as an ordered list. */
export function TraceChain(props: { readonly trace: KitTrace; readonly beside: ReactNode } & Links) {
  const t = useText();
  const { trace } = props;
  return (
    <>
      <div className={look['head']}>
        <h2 className={look['headSerial']}>{trace.serial}</h2>
        <span className={css['sheetStatus']} role="status">
          <span className="unseen">{t('trace.said', { tail: trace.tail })}</span>
          <Standing trace={trace} />
        </span>
        {trace.recalls.some(({ lifted }) => lifted === null) && (
          <Mark tone="refused" icon={IconAlertTriangle} word={t('trace.recalled')} />
        )}
        <span className={css['actions']}>{props.beside}</span>
      </div>
      <ol className={`${history['history']} ${look['chain']}`} aria-label={t('trace.steps')}>
        <MakerStep trace={trace} />
        <LotStep trace={trace} />
        <Events {...props} />
      </ol>
    </>
  );
}

const standingLook = {
  unknown: { tone: 'neutral', icon: IconHelpCircle },
  here: { tone: 'plain', icon: IconCircleDashed },
  away: { tone: 'attention', icon: IconArrowsExchange },
  spoiled: { tone: 'refused', icon: IconTrash },
  destroyed: { tone: 'neutral', icon: IconFileShredder },
} as const;

function Standing(props: { readonly trace: KitTrace }) {
  const t = useText();
  const { standing, tests } = props.trace;
  const use = tests.find(({ isNow }) => isNow);
  if (standing === 'used') return use === undefined ? null : <StatusMark status={use.test.status} />;
  return <Mark {...standingLook[standing]} word={t(`trace.standing.${standing}`)} />;
}

function MakerStep(props: { readonly trace: KitTrace }) {
  const t = useText();
  const { product, productCode } = props.trace;
  return (
    <Step atMs={null} icon={IconBuildingFactory2} title={product === null ? t('trace.makerUnknown') : t('trace.maker')}>
      <Maker product={product} productCode={productCode} />
    </Step>
  );
}

function LotStep(props: { readonly trace: KitTrace }) {
  const t = useText();
  const { zone, language, today } = useSite();
  const { lot, expiresOn, lotChanges } = props.trace;
  const day = (value: string | null): string => value ?? t('trace.expiresUnknown');
  return (
    <Step
      atMs={null}
      icon={IconStack2}
      title={lot === null || lot === '' ? t('trace.lotUnknown') : t('trace.lot', { lot })}
    >
      {expiresOn === null ? t('trace.expiresUnknown') : t('trace.expires', { day: expiresOn })}
      {lotChanges.map(({ atMs, operatorName, from, to, reason }) => (
        <p key={atMs}>
          {t('trace.lotChanged', {
            when: momentWords(atMs, zone, language, today),
            operator: operatorName,
            from: day(from),
            to: day(to),
            reason,
          })}
        </p>
      ))}
    </Step>
  );
}

/** What has a moment, oldest first; what never happened is said at its place. */
function Events(props: { readonly trace: KitTrace } & Links) {
  const t = useText();
  const { trace } = props;
  const told: Told[] = [];
  const tell = (key: string, atMs: number, icon: StepIcon, title: string, children: ReactNode): void => {
    told.push({
      key,
      atMs,
      step: (
        <Step key={key} atMs={atMs} icon={icon} title={title}>
          {children}
        </Step>
      ),
    });
  };
  const { origin, moves, spoiled, recalls, counted, tests, spent, standing } = trace;
  if (origin !== null && origin.by !== 'lot') {
    const icon = origin.by === 'sticker' ? IconSticker : IconPackageImport;
    const words =
      origin.by === 'box'
        ? boxWords(t, origin)
        : origin.by === 'list'
          ? t('trace.cameList', { file: origin.fileName, operator: origin.operatorName })
          : t('trace.cameSticker', { number: origin.number, count: origin.count, operator: origin.operatorName });
    tell('origin', origin.atMs, icon, t(`trace.came.${origin.by}`), words);
  }
  for (const [n, { direction, site, atMs, operatorName: operator }] of moves.entries())
    tell(
      `move ${n}`,
      atMs,
      IconArrowsExchange,
      t(direction === 'out' ? 'trace.movedOut' : 'trace.movedIn'),
      t(direction === 'out' ? 'trace.movedTo' : 'trace.movedFrom', { site, operator }),
    );
  if (spoiled !== null) {
    const { reason: code, text, operatorName: operator, atMs } = spoiled;
    const word = code === 'printedBadly' ? t('trace.printedBadly') : t(`stock.reasons.${code}`);
    const reason = [word, text].filter((part) => part !== '').join(' · ');
    tell('spoiled', atMs, IconTrash, t('trace.spoiled'), t('trace.spoiledBy', { reason, operator }));
  }
  for (const [n, { atMs, operatorName: operator, source, reason, lifted }] of recalls.entries()) {
    tell(
      `recall ${n}`,
      atMs,
      IconAlertTriangle,
      t('trace.recalled'),
      <span className={lifted === null ? look['recalled'] : undefined}>
        {t('trace.recalledBy', { source, reason, operator })}
      </span>,
    );
    if (lifted !== null) {
      const words = { operator: lifted.operatorName, reason: lifted.reason };
      tell(`lift ${n}`, lifted.atMs, IconAlertTriangleOff, t('trace.recallLifted'), t('trace.recallLiftedBy', words));
    }
  }
  if (counted !== null) {
    const { counted: n, difference, reason, countedBy: who, confirmedBy: by, atMs } = counted;
    const off = `${difference > 0 ? '+' : '−'}${figure(Math.abs(difference))}`;
    const words =
      difference === 0
        ? t('trace.countAgrees')
        : reason === null
          ? t('trace.countDiffers', { n: off })
          : t('trace.countDiffersFor', { n: off, reason: t(`stock.differenceReasons.${reason}`) });
    tell(
      'counted',
      atMs,
      IconListCheck,
      t('trace.counted'),
      t('trace.countedBy', { n: figure(n), difference: words, who, by }),
    );
  }
  for (const traced of tests)
    told.push({
      key: traced.test.testId,
      atMs: traced.test.boundAtMs,
      step: <OneTest key={traced.test.testId} traced={traced} {...props} />,
    });
  told.sort((a, b) => a.atMs - b.atMs);
  const isFromElsewhere = moves[0]?.direction === 'in';
  return (
    <>
      {origin?.by === 'lot' && (
        <Step atMs={null} icon={IconPackageImport} title={t('trace.came.lot')}>
          {t('trace.cameLot')}
          <Boxes boxes={origin.boxes} />
        </Step>
      )}
      {origin === null && !isFromElsewhere && (
        <Step atMs={null} icon={IconPackageImport} title={t('trace.came.none')}>
          {t('trace.cameNone')}
        </Step>
      )}
      {told.map(({ step }) => step)}
      {spent !== null && <Spent spent={spent} />}
      {spent === null && !tests.some(({ isNow }) => isNow) && standing !== 'spoiled' && (
        <Step atMs={null} icon={IconCircleDashed} title={t('trace.neverUsed')}>
          {standing === 'unknown' && origin === null ? t('trace.neverSeen') : undefined}
        </Step>
      )}
    </>
  );
}

function Spent(props: { readonly spent: NonNullable<KitTrace['spent']> }) {
  const t = useText();
  const { zone, language, today } = useSite();
  const { day, was, destroyedAtMs } = props.spent;
  return (
    <Step atMs={null} icon={IconFileShredder} title={t('trace.spent')}>
      {t(`trace.spentWas.${was}`, { day })}{' '}
      {destroyedAtMs === null
        ? t('trace.spentGone')
        : t('trace.spentDestroyed', { when: momentWords(destroyedAtMs, zone, language, today) })}
    </Step>
  );
}

/** A binding and what came of it, up to what the central service has. */
function OneTest(props: { readonly traced: TracedTest; readonly trace: KitTrace } & Links) {
  const t = useText();
  const { trace, traced } = props;
  const { test, dropped, revisions, corrections, undone, conflicts, uploads } = traced;
  const { person } = test;
  const told: Told[] = [
    {
      key: 'bound',
      atMs: test.boundAtMs,
      step: (
        <Step
          key="bound"
          atMs={test.boundAtMs}
          icon={IconLink}
          title={t(traced.isNow ? 'trace.bound' : 'trace.boundOther')}
        >
          <p>
            <b className={css['strong']}>{person.nameMasked}</b>{' '}
            {[sexAgeWords(t, person), addressWords(t, person.address)].filter((part) => part !== '').join(' · ')}
          </p>
          <p>{t('trace.boundAt', { operator: test.boundByName, site: trace.site, station: trace.station })}</p>
          {test.retestOf !== null && <p>{t('results.retestOf')}</p>}
          <p className={look['links']}>
            {traced.isPersonHere ? (
              <Link icon={IconUser} word={t('trace.openPerson')} onClick={() => props.onPerson(person.personId)} />
            ) : (
              <span>{t('trace.personGone')}</span>
            )}
            <Link icon={IconFileText} word={t('trace.openTest')} onClick={() => props.onTest(test.testId)} />
          </p>
        </Step>
      ),
    },
  ];
  if (dropped !== null)
    told.push({
      key: 'dropped',
      atMs: dropped.atMs,
      step: (
        <Step key="dropped" atMs={dropped.atMs} icon={IconDroplet} title={t('trace.dropped')}>
          {t('trace.droppedBy', { operator: dropped.operatorName })}
        </Step>
      ),
    });
  for (const revision of revisions)
    told.push({
      key: `result ${revision.revision}`,
      atMs: revision.readAtMs,
      step: <Reading key={`result ${revision.revision}`} revision={revision} testDay={test.day} />,
    });
  for (const [n, correction] of corrections.entries())
    told.push({
      key: `correction ${n}`,
      atMs: correction.atMs,
      step: <Correction key={`correction ${n}`} correction={correction} />,
    });
  if (undone !== null)
    told.push({
      key: 'undone',
      atMs: undone.atMs,
      step: (
        <Step key="undone" atMs={undone.atMs} icon={IconArrowBackUp} title={t('trace.undone')}>
          {t('trace.undoneBy', { operator: undone.operatorName })}
        </Step>
      ),
    });
  if (test.voided !== null)
    told.push({
      key: 'void',
      atMs: test.voided.atMs,
      step: (
        <Step key="void" atMs={test.voided.atMs} icon={IconCircleX} title={t('lists.status.void')}>
          {t('results.voidedBy', { operator: test.voided.operatorName })}
          <br />
          {t('results.reasonIs', { reason: reasonWords(t, test.voided.reason) })}
        </Step>
      ),
    });
  for (const { number, atMs, operatorName: operator } of traced.slips)
    told.push({
      key: `slip ${number}`,
      atMs,
      step: (
        <Step key={`slip ${number}`} atMs={atMs} icon={IconPrinter} title={t('trace.slip')}>
          {t('trace.slipBy', { number, operator })}
        </Step>
      ),
    });
  for (const [n, conflict] of conflicts.entries())
    told.push({
      key: `conflict ${n}`,
      atMs: conflict.boundAtMs,
      step: (
        <Step key={`conflict ${n}`} atMs={conflict.boundAtMs} icon={IconAlertTriangle} title={t('trace.conflict')}>
          {t('trace.conflictAt', { site: conflict.site, station: conflict.station, person: conflict.personMasked })}
        </Step>
      ),
    });
  // What came in one moment keeps the order above.
  told.sort((a, b) => a.atMs - b.atMs);
  return (
    <>
      {told.map(({ step }) => step)}
      {test.status === 'pending' && <Step atMs={null} icon={IconClock} title={t('trace.notRead')} />}
      <Step atMs={null} icon={IconCloudUp} title={t('trace.uploads')}>
        {uploads.length === 0 ? t('trace.uploadsNone') : <UploadList uploads={uploads} />}
      </Step>
    </>
  );
}

function Link(props: { readonly icon: StepIcon; readonly word: string; readonly onClick: () => void }) {
  const Icon = props.icon;
  return (
    <Button
      variant="subtle"
      size="compact-md"
      leftSection={<Icon size="1.125rem" aria-hidden />}
      onClick={props.onClick}
    >
      {props.word}
    </Button>
  );
}
