import { ActionIcon, Button, Select, Tooltip } from '@mantine/core';
import { IconCopy, IconFileTypePdf, IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import type { Output } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import { useLook } from '../lists/calls.ts';
import { copyText } from '../lists/copyText.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { Paper } from '../lists/Screen.tsx';
import { saySaved } from '../lists/said.ts';
import { useSite } from '../lists/site.ts';
import { useFailureText, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';
import { shortFingerprint } from './equation.ts';
import look from './today.module.css';

/** The way onto paper: fingerprint of the figures, copies so far, printer or file. */
export function PaperBar(props: { readonly summary: Output<'summary.get'>; readonly onPrinted: () => void }) {
  const t = useText();
  const site = useSite();
  const failureText = useFailureText();
  const printers = useLook('print.listPrinters', {});
  const print = useStationAction('print.daySummary');
  const [chosen, setChosen] = useState<string | null>(null);
  const [going, setGoing] = useState<'file' | 'printer' | null>(null);
  const [outcome, setOutcome] = useState<string | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const { summary } = props;

  const all = printers.value?.printers ?? [];
  const printer = chosen ?? all.find((each) => each.isDefault)?.name ?? all[0]?.name ?? null;

  async function start(to: 'file' | 'printer'): Promise<void> {
    setGoing(to);
    setFailure(null);
    setOutcome(null);
    const reply = await print.run({
      requestId: crypto.randomUUID(),
      day: summary.figures.day,
      language: site.language,
      to,
      ...(to === 'printer' && printer !== null ? { printer } : {}),
    });
    setGoing(null);
    if (reply.ok) {
      const { copy, path } = reply.value;
      setOutcome(path === null ? t('today.printed', { copy }) : t('today.savedTo', { copy, path }));
      props.onPrinted();
    } else if (reply.error.code !== 'CANCELLED') {
      setFailure(reply.error);
      props.onPrinted();
    }
  }

  return (
    <Paper>
      <div className={look['paperBar']}>
        <div className={look['paperFact']}>
          <span>{t('today.fingerprint')}</span>
          <span className={look['fingerprint']}>
            <Tooltip label={t('today.fingerprintHint')} withArrow>
              <code>{shortFingerprint(summary.sha256)}</code>
            </Tooltip>
            <ActionIcon
              variant="subtle"
              aria-label={t('today.copyFingerprint')}
              onClick={() => {
                void copyText(summary.sha256).then((isCopied) =>
                  saySaved(t(isCopied ? 'today.copied' : 'today.notCopied')),
                );
              }}
            >
              <IconCopy size="1.125rem" aria-hidden />
            </ActionIcon>
          </span>
        </div>
        <div className={look['paperFact']}>
          <span>{t('today.paper')}</span>
          <span>
            {summary.copiesPrinted === 0 ? t('today.noCopies') : t('today.copies', { n: summary.copiesPrinted })}
          </span>
        </div>
        <div className={css['actions']}>
          {all.length > 0 && (
            <Select
              className={look['printer'] ?? ''}
              aria-label={t('today.printer')}
              allowDeselect={false}
              value={printer}
              onChange={setChosen}
              data={all.map(({ name, isDefault }) => ({
                value: name,
                label: isDefault ? t('today.defaultPrinter', { name }) : name,
              }))}
            />
          )}
          <Button
            variant={all.length > 0 ? 'default' : 'filled'}
            leftSection={<IconFileTypePdf size="1.125rem" aria-hidden />}
            onClick={() => void start('file')}
            loading={going === 'file'}
            disabled={going === 'printer'}
          >
            {t('today.savePdf')}
          </Button>
          {all.length > 0 && (
            <Button
              leftSection={<IconPrinter size="1.125rem" aria-hidden />}
              onClick={() => void start('printer')}
              loading={going === 'printer'}
              disabled={going === 'file'}
            >
              {t('today.print')}
            </Button>
          )}
        </div>
      </div>
      <div className={look['paperNotes']}>
        {printers.value !== undefined && all.length === 0 && <p className={css['quiet']}>{t('today.noPrinter')}</p>}
        {summary.delivery.unsent > 0 && (
          <Notice tone="attention">{t('today.unsentWarning', { n: summary.delivery.unsent })}</Notice>
        )}
        {outcome !== null && <Notice tone="done">{outcome}</Notice>}
        {failure !== null && (
          <Notice tone="refused">
            {failure.code === 'NOT_ON_STAGE' ? t('today.changedMeanwhile') : failureText(failure)}
          </Notice>
        )}
      </div>
    </Paper>
  );
}
