import { Button, TextInput } from '@mantine/core';
import {
  IconArrowLeft,
  IconBarcode,
  IconHelpCircle,
  IconId,
  IconRoute,
  IconSearchOff,
  IconUserOff,
} from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { maskPersonalNumbers } from '../../../shared/codes/personal.ts';
import type { Output } from '../../../shared/contract.ts';
import type { Failure } from '../../../shared/errors.ts';
import { useLook } from '../../lists/calls.ts';
import { Awaited, Empty } from '../../lists/Empty.tsx';
import css from '../../lists/lists.module.css';
import { Notice } from '../../lists/Notice.tsx';
import { Paper } from '../../lists/Screen.tsx';
import { PersonSheet } from '../../people/PersonSheet.tsx';
import { TestSheet } from '../../results/TestSheet.tsx';
import { useScans } from '../../scan/listeners.ts';
import { useFailureText, useStationAction } from '../../station.ts';
import { useText } from '../../text/index.ts';
import { BoxFound, KitChoice, PersonChoice, ProductFound } from './Answers.tsx';
import { PersonKits } from './PersonKits.tsx';
import { PrintTrace } from './PrintTrace.tsx';
import { TraceChain } from './TraceChain.tsx';
import look from './trace.module.css';
import { type Shown, showTrace, traceBack, traceSeen, useTraced } from './traced.ts';

type As = 'any' | 'kit' | 'person';
/** An answer that is not yet a kit or a person: what was asked, and what it comes to. */
type Answer = { readonly text: string; readonly said: Exclude<Output<'kits.trace'>, { kind: 'kit' }> };
type Sheet = { readonly kind: 'person' | 'test'; readonly id: string };

/** One kit or one person on one page: whence, whereto, and back. The gun's scans come here while it is open. */
export function TraceTab() {
  const t = useText();
  const failureText = useFailureText();
  const { path, isWanted } = useTraced();
  const shown = path.at(-1) ?? null;
  const trace = useStationAction('kits.trace');
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState('');
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [sheet, setSheet] = useState<Sheet | null>(null);
  /** Scans are answered one after the other: a gun is faster than an answer. */
  const queue = useRef<Promise<void>>(Promise.resolve());
  useEffect(() => {
    // Whoever goes through the tabs by keyboard goes on there.
    if (document.activeElement?.matches(':focus-visible') !== true) field.current?.focus();
  }, []);
  // What was pressed is gone with what it stood in: the keyboard goes on from the field.
  useEffect(() => {
    if (document.activeElement === document.body || document.activeElement === null) field.current?.focus();
  });
  useEffect(() => {
    if (!isWanted) return;
    // Asked for from elsewhere, or from a sheet over this very page.
    setSheet(null);
    setAnswer(null);
    traceSeen();
  }, [isWanted]);

  const show = (next: Shown): void => {
    setAnswer(null);
    setFailure(null);
    setSheet(null);
    showTrace(next);
  };
  async function find(text: string, as: As): Promise<void> {
    if (text === '') return;
    setFailure(null);
    setSheet(null);
    const reply = await trace.run({ asked: { by: 'code', text, as } });
    if (!reply.ok) return setFailure(reply.error);
    const said = reply.value;
    if (said.kind === 'kit') {
      setTyped('');
      // What nobody registered is known by what its code says, and by nothing else.
      const { kitKey, standing } = said.trace;
      return show({ by: 'kit', asked: standing === 'unknown' ? { by: 'code', text, as } : { by: 'kit', kitKey } });
    }
    const [only, ...others] = said.kind === 'people' ? said.people : [];
    // A number of somebody's does not stay in the field.
    if (said.kind === 'people') setTyped('');
    if (only !== undefined && others.length === 0) return show({ by: 'person', personId: only.personId });
    setAnswer({ text, said });
  }
  const ask = (text: string, as: As): void => {
    queue.current = queue.current.then(() => find(text.trim(), as));
  };
  useScans({
    onScan: (text) => {
      setTyped('');
      ask(text, 'any');
    },
  });
  return (
    <div className={look['page']}>
      <form
        className={look['ask']}
        onSubmit={(event) => {
          event.preventDefault();
          field.current?.select();
          ask(typed, 'any');
        }}
      >
        <TextInput
          ref={field}
          className={look['field'] ?? ''}
          size="lg"
          aria-label={t('trace.field')}
          placeholder={t('trace.field')}
          description={t('trace.fieldHint')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          leftSection={<IconBarcode size="1.375rem" aria-hidden />}
          autoComplete="off"
          spellCheck={false}
          maxLength={1024}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button type="submit" size="lg" loading={trace.isBusy} disabled={typed.trim() === ''}>
          {t('trace.find')}
        </Button>
        {(answer !== null || path.length > 1) && (
          <Button
            size="lg"
            variant="default"
            leftSection={<IconArrowLeft size="1.25rem" aria-hidden />}
            onClick={() => {
              if (answer === null) traceBack();
              setAnswer(null);
              setFailure(null);
            }}
          >
            {t('trace.back')}
          </Button>
        )}
      </form>
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      {answer !== null ? (
        <Paper className={look['answer']}>
          <Answered answer={answer} onShow={show} onAs={(as) => ask(answer.text, as)} />
        </Paper>
      ) : shown === null ? (
        <Paper fill>
          <Empty
            title={t('trace.empty')}
            hint={t('trace.emptyHint')}
            icon={<IconRoute size="2.5rem" stroke={1.4} aria-hidden />}
          />
        </Paper>
      ) : shown.by === 'person' ? (
        <Paper className={look['answer']}>
          <PersonKits
            key={shown.personId}
            personId={shown.personId}
            kitKey={null}
            onKit={(kitKey) => show({ by: 'kit', asked: { by: 'kit', kitKey } })}
            onPerson={(id) => setSheet({ kind: 'person', id })}
          />
        </Paper>
      ) : (
        <Traced key={JSON.stringify(shown.asked)} asked={shown.asked} onShow={show} onSheet={setSheet} />
      )}
      <PersonSheet personId={sheet?.kind === 'person' ? sheet.id : null} onClose={() => setSheet(null)} />
      <TestSheet
        testId={sheet?.kind === 'test' ? sheet.id : null}
        onClose={() => setSheet(null)}
        onOpen={(id) => setSheet({ kind: 'test', id })}
      />
    </div>
  );
}

function Traced(props: {
  readonly asked: Extract<Shown, { by: 'kit' }>['asked'];
  readonly onShow: (next: Shown) => void;
  readonly onSheet: (sheet: Sheet) => void;
}) {
  const looked = useLook('kits.trace', { asked: props.asked });
  if (looked.value === undefined) {
    return (
      <Paper fill>
        <Awaited failure={looked.failure} onRetry={looked.again} />
      </Paper>
    );
  }
  // What was one kit can have become several since it was asked for.
  if (looked.value.kind !== 'kit') {
    const text = props.asked.by === 'code' ? props.asked.text : '';
    return (
      <Paper className={look['answer']}>
        <Answered answer={{ text, said: looked.value }} onShow={props.onShow} onAs={() => {}} />
      </Paper>
    );
  }
  const { trace } = looked.value;
  const last = trace.tests.find(({ isNow }) => isNow) ?? trace.tests.at(-1);
  const personId = last?.isPersonHere === true ? last.test.person.personId : null;
  return (
    <div className={look['both']} data-alone={personId === null || undefined}>
      <Paper>
        {trace.near.length > 0 && <Near near={trace.near} onShow={props.onShow} />}
        <TraceChain
          trace={trace}
          beside={trace.standing !== 'unknown' && <PrintTrace trace={trace} />}
          onPerson={(id) => props.onSheet({ kind: 'person', id })}
          onTest={(id) => props.onSheet({ kind: 'test', id })}
        />
      </Paper>
      {personId !== null && (
        <Paper className={look['beside']}>
          <PersonKits
            key={personId}
            personId={personId}
            kitKey={trace.kitKey}
            onKit={(kitKey) => props.onShow({ by: 'kit', asked: { by: 'kit', kitKey } })}
            onPerson={(id) => props.onSheet({ kind: 'person', id })}
          />
        </Paper>
      )}
    </div>
  );
}

/** Kits that are registered and look nearly the same. */
function Near(props: {
  readonly near: readonly { readonly kitKey: string; readonly serial: string }[];
  readonly onShow: (next: Shown) => void;
}) {
  const t = useText();
  return (
    <div className={look['near']}>
      <Notice tone="attention">
        <p>{t('trace.near')}</p>
        <p className={look['nearKits']}>
          {props.near.map(({ kitKey, serial }) => (
            <Button
              key={kitKey}
              variant="default"
              size="compact-md"
              onClick={() => props.onShow({ by: 'kit', asked: { by: 'kit', kitKey } })}
            >
              {serial}
            </Button>
          ))}
        </p>
      </Notice>
    </div>
  );
}

/** What a text comes to that is no single kit and nobody's alone. */
function Answered(props: {
  readonly answer: Answer;
  readonly onShow: (next: Shown) => void;
  readonly onAs: (as: As) => void;
}) {
  const t = useText();
  const { text, said } = props.answer;
  // It may be somebody's number all the same.
  const shownText = maskPersonalNumbers(text);
  switch (said.kind) {
    case 'several':
      return (
        <KitChoice
          kits={said.kits}
          isMore={said.isMore}
          onKit={(kitKey) => props.onShow({ by: 'kit', asked: { by: 'kit', kitKey } })}
        />
      );
    case 'ask':
      return (
        <Empty
          title={t('trace.ask')}
          hint={t('trace.askHint', { text: shownText })}
          icon={<IconHelpCircle size="2.5rem" stroke={1.4} aria-hidden />}
        >
          <div className={css['buttons']}>
            <Button leftSection={<IconBarcode size="1.125rem" aria-hidden />} onClick={() => props.onAs('kit')}>
              {t('trace.asKit')}
            </Button>
            <Button
              variant="default"
              leftSection={<IconId size="1.125rem" aria-hidden />}
              onClick={() => props.onAs('person')}
            >
              {t('trace.asPerson')}
            </Button>
          </div>
        </Empty>
      );
    case 'people':
      return said.people.length === 0 ? (
        <Empty
          title={t('trace.nobody')}
          hint={t('trace.nobodyHint')}
          icon={<IconUserOff size="2.5rem" stroke={1.4} aria-hidden />}
        />
      ) : (
        <PersonChoice people={said.people} onPerson={(personId) => props.onShow({ by: 'person', personId })} />
      );
    case 'product':
      return <ProductFound found={said} />;
    case 'box':
      return <BoxFound found={said} />;
    case 'other':
      return <Empty title={t('trace.other')} hint={t('trace.otherHint')} />;
    case 'none': {
      const words = said.problem;
      return (
        <Empty
          title={t(`trace.${words}`)}
          hint={t(`trace.${words}Hint`, { text: shownText })}
          icon={<IconSearchOff size="2.5rem" stroke={1.4} aria-hidden />}
        />
      );
    }
  }
}
