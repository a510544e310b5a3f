import { Button, Select } from '@mantine/core';
import { IconFileTypePdf, IconPrinter } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { Failure, Reply } from '../../shared/errors.ts';
import { useFailureText } from '../station.ts';
import { useText } from '../text/index.ts';
import { useLook } from './calls.ts';
import css from './lists.module.css';
import { Notice } from './Notice.tsx';

type Where = { readonly to: 'file' } | { readonly to: 'printer'; readonly printer?: string };

/**
 * The way onto paper: a printer to choose where there is one, and a PDF. `print` does it and answers what to say of it;
 * closing the file dialog is no failure. The buttons and what came of them are placed by the caller.
 */
export function useOntoPaper(props: {
  readonly print: (where: Where) => Promise<Reply<string>>;
  /** Words for a failure that are more to the point than the usual ones. */
  readonly failureWords?: (failure: Failure) => string | null;
  readonly isDisabled?: boolean;
}): { readonly buttons: ReactNode; readonly notes: ReactNode } {
  const t = useText();
  const failureText = useFailureText();
  const printers = useLook('print.listPrinters', {});
  const [chosen, setChosen] = useState<string | null>(null);
  const [going, setGoing] = useState<Where['to'] | null>(null);
  const [outcome, setOutcome] = useState<string | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const all = printers.value?.printers ?? [];
  const printer = chosen ?? all.find((each) => each.isDefault)?.name ?? all[0]?.name ?? null;

  async function start(to: Where['to']): Promise<void> {
    setGoing(to);
    setFailure(null);
    setOutcome(null);
    const reply = await props.print(to === 'file' ? { to } : { to, ...(printer === null ? {} : { printer }) });
    setGoing(null);
    if (reply.ok) setOutcome(reply.value);
    else if (reply.error.code !== 'CANCELLED') setFailure(reply.error);
  }

  const buttons = (
    <div className={css['paperButtons']}>
      {all.length > 0 && (
        <Select
          className={css['printer'] ?? ''}
          aria-label={t('lists.paper.printer')}
          allowDeselect={false}
          value={printer}
          onChange={setChosen}
          data={all.map(({ name, isDefault }) => ({
            value: name,
            label: isDefault ? t('lists.paper.defaultPrinter', { name }) : name,
          }))}
        />
      )}
      <Button
        variant={all.length > 0 ? 'default' : 'filled'}
        leftSection={<IconFileTypePdf size="1.125rem" aria-hidden />}
        onClick={() => void start('file')}
        loading={going === 'file'}
        disabled={going === 'printer' || props.isDisabled === true}
      >
        {t('lists.paper.savePdf')}
      </Button>
      {all.length > 0 && (
        <Button
          leftSection={<IconPrinter size="1.125rem" aria-hidden />}
          onClick={() => void start('printer')}
          loading={going === 'printer'}
          disabled={going === 'file' || props.isDisabled === true}
        >
          {t('lists.paper.print')}
        </Button>
      )}
    </div>
  );
  const notes = (
    <>
      {printers.value !== undefined && all.length === 0 && <p className={css['quiet']}>{t('lists.paper.noPrinter')}</p>}
      {outcome !== null && <Notice tone="done">{outcome}</Notice>}
      {failure !== null && <Notice tone="refused">{props.failureWords?.(failure) ?? failureText(failure)}</Notice>}
    </>
  );
  return { buttons, notes };
}
