import { Tooltip } from '@mantine/core';
import { useRef } from 'react';
import type { Output } from '../../shared/contract.ts';
import { ok } from '../../shared/errors.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { Paper } from '../lists/Screen.tsx';
import { useSite } from '../lists/site.ts';
import { useOntoPaper } from '../lists/useOntoPaper.tsx';
import { useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';
import { shortFingerprint } from './equation.ts';
import look from './today.module.css';

/** The way onto paper: fingerprint of the figures, copies so far, printer or file. */
export function PaperBar(props: { readonly summary: Output<'summary.get'>; readonly onPrinted: () => void }) {
  const t = useText();
  const site = useSite();
  const print = useStationAction('print.daySummary');
  const { summary } = props;
  // A paper that failed keeps its number: the next try for the same figures asks by the same id.
  const failed = useRef<{ readonly requestId: string; readonly sha256: string } | null>(null);
  const paper = useOntoPaper({
    print: async (where) => {
      const { sha256 } = summary;
      const requestId = failed.current?.sha256 === sha256 ? failed.current.requestId : crypto.randomUUID();
      failed.current = { requestId, sha256 };
      const reply = await print.run({
        requestId,
        day: summary.figures.day,
        language: site.language,
        ...where,
      });
      if (!reply.ok) {
        if (reply.error.code !== 'CANCELLED') props.onPrinted();
        return reply;
      }
      failed.current = null;
      props.onPrinted();
      const { copy, path } = reply.value;
      return ok(path === null ? t('today.printed', { copy }) : t('today.savedTo', { copy, path }));
    },
    failureWords: (failure) => (failure.code === 'NOT_ON_STAGE' ? t('today.changedMeanwhile') : null),
  });

  return (
    <Paper>
      <div className={look['paperBar']}>
        <div className={look['paperFact']}>
          <span>{t('today.fingerprint')}</span>
          <span className={look['fingerprint']}>
            <Tooltip label={t('today.fingerprintHint')} withArrow>
              <code data-selectable>{shortFingerprint(summary.sha256)}</code>
            </Tooltip>
          </span>
        </div>
        <div className={look['paperFact']}>
          <span>{t('today.paper')}</span>
          <span>
            {summary.copiesPrinted === 0 ? t('today.noCopies') : t('today.copies', { n: summary.copiesPrinted })}
          </span>
        </div>
        <div className={css['actions']}>{paper.buttons}</div>
      </div>
      <div className={look['paperNotes']}>
        {summary.delivery.unsent > 0 && (
          <Notice tone="attention">{t('today.unsentWarning', { n: summary.delivery.unsent })}</Notice>
        )}
        {paper.notes}
      </div>
    </Paper>
  );
}
