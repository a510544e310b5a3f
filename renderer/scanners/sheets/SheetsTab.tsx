import { SegmentedControl } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { ok } from '../../../shared/errors.ts';
import { Paper } from '../../lists/Screen.tsx';
import { useSite } from '../../lists/site.ts';
import { useOntoPaper } from '../../lists/useOntoPaper.tsx';
import { useStationAction } from '../../station.ts';
import { useText } from '../../text/index.ts';
import look from './sheets.module.css';

const layouts = ['cards', 'sheet'] as const;

/** Paper that guns read: the sheet that tests them, and the cards by which a shift needs no keyboard. */
export function SheetsTab() {
  const t = useText();
  return (
    <div className={look['sheets']}>
      <Sheet title={t('scanners.sheets.test')} hint={t('scanners.sheets.testHint')}>
        <TestSheetPaper />
      </Sheet>
      <Sheet title={t('scanners.sheets.cards')} hint={t('scanners.sheets.cardsHint')}>
        <CommandCardsPaper />
      </Sheet>
    </div>
  );
}

function Sheet(props: { readonly title: string; readonly hint: string; readonly children: ReactNode }) {
  return (
    <Paper>
      <section className={look['sheet']} aria-label={props.title}>
        <h2 className={look['title']}>{props.title}</h2>
        <p className={look['hint']}>{props.hint}</p>
        {props.children}
      </section>
    </Paper>
  );
}

function CommandCardsPaper() {
  const t = useText();
  const { language } = useSite();
  const print = useStationAction('print.commandCards');
  const [layout, setLayout] = useState<(typeof layouts)[number]>('cards');
  const paper = useOntoPaper({
    print: async (where) => {
      const reply = await print.run({ language, layout, ...where });
      if (!reply.ok) return reply;
      const { path } = reply.value;
      return ok(path === null ? t('lists.paper.printed') : t('lists.paper.savedTo', { path }));
    },
  });
  return (
    <div className={look['paper']}>
      <SegmentedControl
        aria-label={t('scanners.sheets.layout')}
        value={layout}
        onChange={(value) => setLayout(layouts.find((each) => each === value) ?? 'cards')}
        data={layouts.map((each) => ({ value: each, label: t(`scanners.sheets.layouts.${each}`) }))}
      />
      {paper.buttons}
      {paper.notes}
    </div>
  );
}

function TestSheetPaper() {
  const t = useText();
  const { language } = useSite();
  const print = useStationAction('print.testSheet');
  const paper = useOntoPaper({
    print: async (where) => {
      const reply = await print.run({ language, ...where });
      if (!reply.ok) return reply;
      const { path } = reply.value;
      return ok(path === null ? t('lists.paper.printed') : t('lists.paper.savedTo', { path }));
    },
  });
  return (
    <div className={look['paper']}>
      {paper.buttons}
      {paper.notes}
    </div>
  );
}
