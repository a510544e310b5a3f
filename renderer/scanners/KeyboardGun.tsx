import { Button, Switch } from '@mantine/core';
import {
  IconAlertTriangle,
  IconBarcode,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconCircleX,
  IconInfoCircle,
  IconPrinter,
} from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { testSheet } from '../../shared/codes/testSheet.ts';
import type { Failure } from '../../shared/errors.ts';
import type { WedgeProfile } from '../../shared/model/gun.ts';
import { desk } from '../desk/deskStore.ts';
import { useLook } from '../lists/calls.ts';
import { momentWords } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { Paper } from '../lists/Screen.tsx';
import { Mark } from '../lists/StatusMark.tsx';
import { useSite } from '../lists/site.ts';
import {
  barsOnly,
  type Checks,
  checkScan,
  type Finding,
  type GunCheck,
  type GunProfile,
  type GunVerdict,
  joinPieces,
  judge,
  type SheetKey,
  withCheck,
} from '../scan/gunCheck.ts';
import { useScans } from '../scan/listeners.ts';
import { useTraces } from '../scan/traces.ts';
import type { WedgeTrace } from '../scan/wedge.ts';
import { callStation, useFailureText } from '../station.ts';
import { useText } from '../text/index.ts';
import { ArrivalPanel } from './ArrivalPanel.tsx';
import { findingWords, profileWords } from './findingWords.ts';
import look from './scanners.module.css';

const allKeys: readonly SheetKey[] = testSheet.map(({ key }) => key);
/** Pieces of one scan by a slow gun follow each other within this. */
const pieceGapMs = 1_500;

type Stored = Omit<WedgeProfile, 'learnedAtMs' | 'paceMs'>;

/** The pace differs a little each time; it alone is no reason to write anew. */
function isSame(a: Stored | null, b: Stored): boolean {
  return (
    a !== null && a.gs === b.gs && a.replacement === b.replacement && a.prefix === b.prefix && a.suffix === b.suffix
  );
}

/** Scans of the test sheet, what they say of the gun, and what is remembered of it. */
export function KeyboardGun(props: { readonly onPrintSheet: () => void }) {
  const t = useText();
  const failureText = useFailureText();
  const preferences = useLook('preferences.get', {});
  const [checks, setChecks] = useState<Checks>({});
  const [isBarsOnly, setBarsOnly] = useState(false);
  const [trace, setTrace] = useState<WedgeTrace | null>(null);
  const [isStranger, setStranger] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const pieces = useRef<readonly WedgeTrace[]>([]);
  // Two scans may come before the first is painted.
  const newest = useRef<Checks>({});
  const wanted = isBarsOnly ? barsOnly : allKeys;
  const verdict = judge(checks, wanted);

  async function store(profile: GunProfile | null): Promise<void> {
    setFailure(null);
    const now = await callStation('preferences.get', {});
    if (!now.ok) return setFailure(now.error);
    if (profile === null ? now.value.wedge === null : isSame(now.value.wedge, profile)) return;
    const wedge = profile === null ? null : { ...profile, learnedAtMs: Math.round(desk.nowMs()) };
    const kept = await callStation('preferences.set', { ...now.value, wedge });
    if (!kept.ok) setFailure(kept.error);
    preferences.again();
  }

  function take(next: Checks, asked: readonly SheetKey[]): void {
    newest.current = next;
    setChecks(next);
    const { kind, profile } = judge(next, asked);
    if ((kind === 'right' || kind === 'adapted') && profile !== null) void store(profile);
  }

  // Nothing that is scanned here reaches the desk.
  useScans({ onScan: () => {} });
  useTraces((arrived) => {
    setTrace(arrived);
    const check = checkScan(arrived) ?? checkPieces(arrived);
    setStranger(check === null && arrived.outcome !== 'typed');
    if (check !== null) take(withCheck(newest.current, check, wanted), wanted);
  });

  /** A gun so slow that each key looks like a hand's: its keys together may be a code of the sheet. */
  function checkPieces(piece: WedgeTrace): GunCheck | null {
    if (piece.outcome !== 'typed') {
      pieces.current = [];
      return null;
    }
    const lastMs = pieces.current.at(-1)?.keys.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY;
    const follows = (piece.keys[0]?.atMs ?? 0) - lastMs <= pieceGapMs;
    pieces.current = [...(follows ? pieces.current : []), piece].slice(-400);
    const joined = joinPieces(pieces.current);
    return joined === null ? null : checkScan(joined);
  }

  return (
    <div className={look['room']}>
      <div className={look['columns']}>
        <div className={look['column']}>
          <Paper>
            <VerdictHead verdict={verdict} wanted={wanted} />
            {isStranger && <StrangerNotice />}
            <Findings findings={verdict.findings} />
            <Steps checks={checks} wanted={wanted} />
            <div className={look['foot']}>
              <Button
                variant="default"
                leftSection={<IconPrinter size="1.125rem" aria-hidden />}
                onClick={props.onPrintSheet}
              >
                {t('scanners.print')}
              </Button>
              <Button
                variant="default"
                disabled={Object.keys(checks).length === 0}
                onClick={() => {
                  take({}, wanted);
                  setStranger(false);
                  pieces.current = [];
                }}
              >
                {t('scanners.startAgain')}
              </Button>
              <BarsOnlySwitch
                checked={isBarsOnly}
                onChange={(value) => {
                  setBarsOnly(value);
                  take(checks, value ? barsOnly : allKeys);
                }}
              />
            </div>
          </Paper>
          {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
          <ProfilePanel
            stored={preferences.value?.wedge ?? null}
            offered={verdict.kind === 'wrong' && isUsableAnyway(verdict) ? verdict.profile : null}
            onStore={(profile) => void store(profile)}
          />
        </div>
        <ArrivalPanel trace={trace} />
      </div>
    </div>
  );
}

/** Lost separators are the one fault that a site may live with until the gun is set right. */
function isUsableAnyway({ findings, profile }: GunVerdict): boolean {
  const wrong = findings.filter(({ severity }) => severity === 'wrong');
  return profile !== null && wrong.every(({ code }) => code === 'gsMissing');
}

function StrangerNotice() {
  return (
    <div className={look['stranger']}>
      <Notice tone="neutral">{useText()('scanners.stranger')}</Notice>
    </div>
  );
}

function BarsOnlySwitch(props: { readonly checked: boolean; readonly onChange: (value: boolean) => void }) {
  return (
    <Switch
      label={useText()('scanners.barsOnly')}
      checked={props.checked}
      onChange={(event) => props.onChange(event.currentTarget.checked)}
    />
  );
}

const heads = {
  start: { tone: 'neutral', icon: IconBarcode },
  open: { tone: 'waiting', icon: IconBarcode },
  openWrong: { tone: 'attention', icon: IconAlertTriangle },
  right: { tone: 'done', icon: IconCircleCheck },
  adapted: { tone: 'done', icon: IconCircleCheck },
  wrong: { tone: 'attention', icon: IconAlertTriangle },
} as const;

function headOf(verdict: GunVerdict, wanted: readonly SheetKey[]): keyof typeof heads {
  if (verdict.kind !== 'open') return verdict.kind;
  if (verdict.findings.some(({ severity }) => severity === 'wrong')) return 'openWrong';
  return verdict.missing.length === wanted.length ? 'start' : 'open';
}

function VerdictHead(props: { readonly verdict: GunVerdict; readonly wanted: readonly SheetKey[] }) {
  const t = useText();
  const head = headOf(props.verdict, props.wanted);
  const { tone, icon: Icon } = heads[head];
  const hasAdvice = props.verdict.findings.some(({ severity }) => severity === 'advice');
  return (
    <div className={look['verdict']} data-tone={tone} data-verdict={head} role="status">
      <Icon size="2.75rem" stroke={1.6} aria-hidden className={look['verdictIcon']} />
      <div>
        <p className={look['verdictWord']}>{t(`scanners.verdict.${head}`, { n: props.verdict.missing.length })}</p>
        <p className={css['quiet']}>{t(`scanners.verdictHint.${head === 'right' && hasAdvice ? 'adapted' : head}`)}</p>
      </div>
    </div>
  );
}

const findingTones = { wrong: 'refused', advice: 'attention', ok: 'neutral' } as const;
const findingIcons = { wrong: IconCircleX, advice: IconAlertTriangle, ok: IconInfoCircle } as const;

function Findings(props: { readonly findings: readonly Finding[] }) {
  const t = useText();
  if (props.findings.length === 0) return null;
  return (
    <ul className={look['findings']}>
      {props.findings.map((each) => {
        const { seen, change } = findingWords(t, each);
        const Icon = findingIcons[each.severity];
        return (
          <li
            key={`${each.code} ${each.params['layout'] ?? ''}`}
            data-finding={each.code}
            data-tone={findingTones[each.severity]}
          >
            <Icon size="1.25rem" aria-hidden />
            <div>
              <strong>{seen}</strong>
              <span>{change}</span>
            </div>
          </li>
        );
      })}
    </ul>
  );
}

const stepLook = {
  waiting: { tone: 'neutral', icon: IconCircleDashed },
  good: { tone: 'done', icon: IconCircleCheck },
  advice: { tone: 'attention', icon: IconAlertTriangle },
  wrong: { tone: 'refused', icon: IconCircleX },
  skipped: { tone: 'neutral', icon: IconCircleMinus },
} as const;

function stepState(check: GunCheck | undefined, isWanted: boolean): keyof typeof stepLook {
  if (!isWanted) return 'skipped';
  if (check === undefined) return 'waiting';
  if (check.findings.some(({ severity }) => severity === 'wrong')) return 'wrong';
  return check.findings.some(({ severity }) => severity === 'advice') ? 'advice' : 'good';
}

function Steps(props: { readonly checks: Checks; readonly wanted: readonly SheetKey[] }) {
  const t = useText();
  return (
    <ol className={look['steps']} aria-label={t('scanners.steps')}>
      {allKeys.map((key, index) => {
        const state = stepState(props.checks[key], props.wanted.includes(key));
        return (
          <li key={key} data-step={key} data-state={state}>
            <span className={look['stepNumber']}>{index + 1}</span>
            <span className={look['stepName']}>{t(`scanners.step.${key}`)}</span>
            <Mark {...stepLook[state]} word={t(`scanners.stepState.${state}`)} />
          </li>
        );
      })}
    </ol>
  );
}

function ProfilePanel(props: {
  readonly stored: WedgeProfile | null;
  readonly offered: GunProfile | null;
  readonly onStore: (profile: GunProfile | null) => void;
}) {
  const t = useText();
  const { zone, language, today } = useSite();
  const { stored, offered } = props;
  const isOffered = offered !== null && !isSame(stored, offered);
  return (
    <Paper title={t('scanners.profile')}>
      <div className={look['profile']} data-profile={stored === null ? 'none' : stored.gs}>
        <p className={stored === null ? css['quiet'] : ''}>
          {stored === null ? t('scanners.noProfile') : profileWords(t, stored)}
          {stored !== null && (
            <span className={look['learned']}>
              {t('scanners.learned', { when: momentWords(stored.learnedAtMs, zone, language, today) })}
            </span>
          )}
        </p>
        {stored !== null && (
          <Button variant="default" onClick={() => props.onStore(null)}>
            {t('scanners.forget')}
          </Button>
        )}
      </div>
      {isOffered && (
        <div className={look['profile']}>
          <p className={css['quiet']}>{t('scanners.keepAnywayHint')}</p>
          <Button variant="default" onClick={() => props.onStore(offered)}>
            {t('scanners.keepAnyway')}
          </Button>
        </div>
      )}
    </Paper>
  );
}
