import { Button } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import type { KitTrace } from '../../../shared/model/trace.ts';
import css from '../../lists/lists.module.css';
import { SideSheet } from '../../lists/SideSheet.tsx';
import { useSite } from '../../lists/site.ts';
import { useOntoPaper } from '../../lists/useOntoPaper.tsx';
import { useStationAction } from '../../station.ts';
import { useText } from '../../text/index.ts';

/** The trace on A4, with names and documents in part. */
export function PrintTrace(props: { readonly trace: KitTrace }) {
  const t = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" leftSection={<IconPrinter size="1.125rem" aria-hidden />} onClick={() => setOpen(true)}>
        {t('trace.print')}
      </Button>
      <SideSheet title={t('trace.printTitle')} isOpen={isOpen} onClose={() => setOpen(false)}>
        {isOpen && <OnPaper trace={props.trace} />}
      </SideSheet>
    </>
  );
}

function OnPaper(props: { readonly trace: KitTrace }) {
  const t = useText();
  const { language } = useSite();
  const { kitKey, serial } = props.trace;
  const print = useStationAction('print.trace');
  const { buttons, notes } = useOntoPaper({
    print: async (where) => {
      const reply = await print.run({ kitKey, language, ...where });
      if (!reply.ok) return reply;
      const { path } = reply.value;
      return { ok: true, value: path === null ? t('lists.paper.printed') : t('lists.paper.savedTo', { path }) };
    },
  });
  return (
    <div className={css['form']}>
      <p>{serial}</p>
      <p className={css['quiet']}>{t('trace.printHint')}</p>
      {buttons}
      {notes}
    </div>
  );
}
