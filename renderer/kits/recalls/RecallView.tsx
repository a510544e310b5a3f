import { Button, Select, TextInput } from '@mantine/core';
import { IconArrowLeft, IconFileText, IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import type { Failure } from '../../../shared/errors.ts';
import type { Recall } from '../../../shared/model/recall.ts';
import type { TestStatus } from '../../../shared/model/test.ts';
import { ExportButton } from '../../exports/ExportButton.tsx';
import { useLook } from '../../lists/calls.ts';
import { Empty } from '../../lists/Empty.tsx';
import { figure, momentWords } from '../../lists/formats.ts';
import css from '../../lists/lists.module.css';
import { Notice } from '../../lists/Notice.tsx';
import { PagedList } from '../../lists/PagedList.tsx';
import { SideSheet } from '../../lists/SideSheet.tsx';
import { saySaved } from '../../lists/said.ts';
import { may, useSite } from '../../lists/site.ts';
import { useOntoPaper } from '../../lists/useOntoPaper.tsx';
import { TestSheet } from '../../results/TestSheet.tsx';
import { useTestColumns } from '../../results/testColumns.tsx';
import { useFailureText, useStationAction } from '../../station.ts';
import { useText } from '../../text/index.ts';
import { reachWords } from './reachWords.ts';

/** The order in which it matters who was tested with something recalled. */
const statuses = ['positive', 'negative', 'invalid', 'pending', 'void'] as const satisfies readonly TestStatus[];

/** One recall: why, and everybody tested with it by result; on paper, as a file, and lifted. */
export function RecallView(props: { readonly recall: Recall; readonly onBack: () => void }) {
  const t = useText();
  const { operator, zone, language, today } = useSite();
  const { recall, onBack } = props;
  const { recallId, lifted } = recall;
  const [status, setStatus] = useState<TestStatus | null>(null);
  const [testId, setTestId] = useState<string | null>(null);
  const [sheet, setSheet] = useState<'print' | 'lift' | null>(null);
  const columns = useTestColumns(true);
  const counts = useLook('recalls.get', { recallId }).value?.tests;
  const what = reachWords(t, recall);
  const close = (): void => setSheet(null);
  return (
    <>
      <div className={css['bar']}>
        <Button variant="subtle" leftSection={<IconArrowLeft size="1.125rem" aria-hidden />} onClick={onBack}>
          {t('recalls.back')}
        </Button>
        <div className={css['actions']}>
          {lifted === null && may(operator, 'kits.recall') && (
            <Button variant="default" onClick={() => setSheet('lift')}>
              {t('recalls.lift')}
            </Button>
          )}
        </div>
      </div>
      <Notice tone={lifted === null ? 'refused' : 'neutral'}>
        <p className={css['strong']}>
          {recall.productName} · {what}
        </p>
        <p>
          {[recall.reason, recall.source, recall.operatorName, momentWords(recall.atMs, zone, language, today)].join(
            ' · ',
          )}
        </p>
        {lifted !== null && (
          <p>
            {t('recalls.liftedBy', {
              operator: lifted.operatorName,
              when: momentWords(lifted.atMs, zone, language, today),
              reason: lifted.reason,
            })}
          </p>
        )}
      </Notice>
      <PagedList
        method="tests.list"
        label={t('recalls.tested')}
        searchFor={t('recalls.listSearch')}
        columns={columns}
        rowKey={(row) => row.testId}
        onOpen={(row) => setTestId(row.testId)}
        filterBy={{ recallId, ...(status === null ? {} : { status }) }}
        filter={
          <Select
            className={css['narrow'] ?? ''}
            aria-label={t('results.status')}
            allowDeselect={false}
            value={status ?? 'any'}
            onChange={(value) => setStatus(statuses.find((each) => each === value) ?? null)}
            data={[
              { value: 'any', label: t('recalls.anyStatus') },
              ...statuses.map((value) => ({
                value,
                label:
                  counts === undefined
                    ? t(`lists.status.${value}`)
                    : `${t(`lists.status.${value}`)} ${figure(counts[value])}`,
              })),
            ]}
          />
        }
        actions={(query) => (
          <>
            <Button
              variant="default"
              leftSection={<IconPrinter size="1.125rem" aria-hidden />}
              onClick={() => setSheet('print')}
            >
              {t('recalls.print')}
            </Button>
            <ExportButton kind="tests" listed={{ query, day: null, status, recall: { id: recallId, name: what } }} />
          </>
        )}
        hint={t('lists.keysOpen')}
        empty={
          <Empty
            title={t(status === null ? 'recalls.none' : 'recalls.noneFiltered')}
            hint={t('recalls.noneHint')}
            icon={<IconFileText size="2.5rem" stroke={1.4} aria-hidden />}
          />
        }
      />
      <TestSheet testId={testId} onClose={() => setTestId(null)} onOpen={setTestId} />
      <SideSheet title={t('recalls.print')} isOpen={sheet === 'print'} onClose={close}>
        {sheet === 'print' && <OnPaper recallId={recallId} what={what} />}
      </SideSheet>
      <SideSheet title={t('recalls.lift')} isOpen={sheet === 'lift'} onClose={close}>
        {sheet === 'lift' && <LiftForm recallId={recallId} what={what} onDone={close} />}
      </SideSheet>
    </>
  );
}

function OnPaper(props: { readonly recallId: string; readonly what: string }) {
  const t = useText();
  const { language } = useSite();
  const print = useStationAction('print.recall');
  const { buttons, notes } = useOntoPaper({
    print: async (where) => {
      const reply = await print.run({ recallId: props.recallId, language, ...where });
      if (!reply.ok) return reply;
      const { path } = reply.value;
      return { ok: true, value: path === null ? t('lists.paper.printed') : t('lists.paper.savedTo', { path }) };
    },
    failureWords: ({ code, params }) =>
      code === 'PRINT_FAILED' && params['problem'] === 'tooMany' ? t('recalls.tooManyToPrint') : null,
  });
  return (
    <div className={css['form']}>
      <p>{props.what}</p>
      <p className={css['quiet']}>{t('recalls.printHint')}</p>
      {buttons}
      {notes}
    </div>
  );
}

function LiftForm(props: { readonly recallId: string; readonly what: string; readonly onDone: () => void }) {
  const t = useText();
  const failureText = useFailureText();
  const lift = useStationAction('recalls.lift');
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const isShort = reason.trim().length < 2;
  async function submit(): Promise<void> {
    setTried(true);
    if (isShort || lift.isBusy) return;
    setFailure(null);
    const { recallId } = props;
    const reply = await lift.run({ requestId: crypto.randomUUID(), recallId, reason: reason.trim() });
    if (!reply.ok) return setFailure(reply.error);
    saySaved(t('recalls.liftedSaid'));
    props.onDone();
  }
  return (
    <form
      className={css['form']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <p>{props.what}</p>
      <p className={css['quiet']}>{t('recalls.liftHint')}</p>
      <TextInput
        label={t('recalls.liftReason')}
        maxLength={200}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        error={isTried && isShort ? t('recalls.wordsNeeded') : null}
      />
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <Button type="submit" loading={lift.isBusy}>
        {t('recalls.liftDo')}
      </Button>
    </form>
  );
}
