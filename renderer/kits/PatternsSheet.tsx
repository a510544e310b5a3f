import { ActionIcon, Button, Switch, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleMinus, IconClock, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { classify } from '../../shared/codes/classify.ts';
import { kitParts } from '../../shared/codes/kitKey.ts';
import type { Failure } from '../../shared/errors.ts';
import type { CodePattern } from '../../shared/model/pattern.ts';
import { useLook } from '../lists/calls.ts';
import { Awaited } from '../lists/Empty.tsx';
import { figure, momentWords } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { SideSheet } from '../lists/SideSheet.tsx';
import { Mark } from '../lists/StatusMark.tsx';
import { saySaved } from '../lists/said.ts';
import { useSite } from '../lists/site.ts';
import { useScans } from '../scan/listeners.ts';
import { useFailureText, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';
import look from './repair.module.css';

const stateLook = {
  used: { tone: 'done', icon: IconCircleCheck },
  off: { tone: 'neutral', icon: IconCircleMinus },
  learning: { tone: 'waiting', icon: IconClock },
  contradicted: { tone: 'attention', icon: IconAlertTriangle },
} as const;
const fewest = 3;
const most = 10;

/** The codes that this site knows, each to be switched off, and a new batch to be made known. */
export function PatternsSheet(props: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const t = useText();
  return (
    <SideSheet title={t('repairs.patterns')} isOpen={props.isOpen} onClose={props.onClose}>
      {props.isOpen && (
        <>
          <p className={css['quiet']}>{t('repairs.patternsIntro')}</p>
          <Teach />
          <div className={css['sheetPart']}>
            <h3 className={css['section']}>{t('repairs.learned')}</h3>
            <Known />
          </div>
        </>
      )}
    </SideSheet>
  );
}

function Known() {
  const t = useText();
  const known = useLook('patterns.list', {});
  if (known.value === undefined) return <Awaited failure={known.failure} onRetry={known.again} />;
  if (known.value.patterns.length === 0) return <p>{t('repairs.patternsNone')}</p>;
  return (
    <ul className={look['list']}>
      {known.value.patterns.map((pattern) => (
        <One key={pattern.patternId} pattern={pattern} />
      ))}
    </ul>
  );
}

function One(props: { readonly pattern: CodePattern }) {
  const t = useText();
  const failureText = useFailureText();
  const { zone, language, today } = useSite();
  const set = useStationAction('patterns.set');
  const [failure, setFailure] = useState<Failure | null>(null);
  const { pattern } = props;
  const n = figure(pattern.kits);
  const facts = [
    t(`repairs.part.${pattern.part}`),
    t('repairs.lengthOf', { n: pattern.length }),
    ...(pattern.part === 'lot'
      ? []
      : [pattern.lot === null ? t('repairs.anyLot') : t('repairs.lotOf', { lot: pattern.lot })]),
    pattern.part === 'lot' ? t('repairs.lotSource', { n }) : t(`repairs.source.${pattern.source}`, { n }),
    t('repairs.since', { when: momentWords(pattern.sinceMs, zone, language, today) }),
  ];
  return (
    <li>
      <div className={look['words']}>
        <p>
          <span className={`${look['code']} ${look['shape']}`}>
            {pattern.prefix}
            <span className={look['free']}>{pattern.shape.slice(pattern.prefix.length)}</span>
          </span>{' '}
          · {pattern.productName}
        </p>
        <p className={css['quiet']}>{facts.join(' · ')}</p>
        <Mark {...stateLook[pattern.state]} word={t(`repairs.patternState.${pattern.state}`)} />
        {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      </div>
      <Switch
        aria-label={t('repairs.switchOn', { shape: pattern.shape })}
        checked={pattern.enabled}
        disabled={set.isBusy}
        onChange={(event) => {
          setFailure(null);
          void set
            .run({
              requestId: crypto.randomUUID(),
              patternId: pattern.patternId,
              enabled: event.currentTarget.checked,
            })
            .then((reply) => {
              if (!reply.ok) setFailure(reply.error);
            });
        }}
      />
    </li>
  );
}

const problems = ['notAKit', 'doubled', 'productUnknown', 'otherProduct', 'otherLength'] as const;

/** What tells this kit from the next one; the whole text where it is not understood. */
function serialOf(text: string, today: string): string {
  const code = classify(text, { today });
  return (code.ok ? kitParts(code)?.serial : undefined) ?? text;
}

function Teach() {
  const t = useText();
  const failureText = useFailureText();
  const { today } = useSite();
  const teach = useStationAction('patterns.teach');
  const [codes, setCodes] = useState<readonly string[]>([]);
  const [typed, setTyped] = useState('');
  const [failure, setFailure] = useState<Failure | null>(null);
  const add = (text: string): void => {
    setFailure(null);
    if (text.trim() !== '') setCodes((former) => (former.length < most ? [...former, text] : former));
  };
  // The gun reads the kits in here while this is open.
  useScans({ onScan: add });

  const words = (): string | null => {
    if (failure === null) return null;
    const problem = problems.find((each) => each === failure.params['problem']);
    const place = Number(failure.field?.split('.')[1] ?? Number.NaN);
    return problem === undefined || Number.isNaN(place)
      ? failureText(failure)
      : t(`repairs.teachProblem.${problem}`, { n: place + 1 });
  };

  async function submit(): Promise<void> {
    if (codes.length < fewest || teach.isBusy) return;
    const reply = await teach.run({ requestId: crypto.randomUUID(), codes: [...codes] });
    if (!reply.ok) return setFailure(reply.error);
    setCodes([]);
    saySaved(t('repairs.teachDone'));
  }

  return (
    <form
      className={css['form']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim() === '') return void submit();
        add(typed);
        setTyped('');
      }}
    >
      <h3 className={css['section']}>{t('repairs.teach')}</h3>
      <p className={css['quiet']}>{t('repairs.teachHint')}</p>
      <TextInput
        label={t('repairs.teachType')}
        description={t('repairs.teachScanned', { n: codes.length })}
        maxLength={1024}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {codes.length > 0 && (
        <ol className={`${look['list']} ${look['scanned']}`}>
          {codes.map((code, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same kit may have been scanned twice
            <li key={index}>
              <span className={`${look['words']} ${look['code']}`}>{serialOf(code, today)}</span>
              <ActionIcon
                variant="subtle"
                aria-label={t('repairs.teachRemove', { code: serialOf(code, today) })}
                onClick={() => {
                  setFailure(null);
                  setCodes(codes.filter((_code, at) => at !== index));
                }}
              >
                <IconX size="1.125rem" aria-hidden />
              </ActionIcon>
            </li>
          ))}
        </ol>
      )}
      {failure !== null && <Notice tone="refused">{words()}</Notice>}
      <div className={css['buttons']}>
        <Button type="button" onClick={() => void submit()} loading={teach.isBusy} disabled={codes.length < fewest}>
          {t('repairs.teachSave')}
        </Button>
      </div>
    </form>
  );
}
