import { Button, Tabs } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { ImportPanel } from '../imports/ImportPanel.tsx';
import { useImport } from '../imports/useImport.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { Screen } from '../lists/Screen.tsx';
import { may, useSite } from '../lists/site.ts';
import { useFailureText } from '../station.ts';
import { type TextKey, useText } from '../text/index.ts';
import { KitsTab } from './KitsTab.tsx';
import { LotsTab } from './LotsTab.tsx';
import { ProductsTab } from './ProductsTab.tsx';
import { RepairTab } from './RepairTab.tsx';
import { RecallsTab } from './recalls/RecallsTab.tsx';
import { StickersTab } from './StickersTab.tsx';
import { StockTab } from './stock/StockTab.tsx';
import { TraceTab } from './trace/TraceTab.tsx';
import { isTraceWanted, useTraced } from './trace/traced.ts';

const allTabs = ['products', 'stock', 'lots', 'kits', 'trace', 'recalls', 'stickers', 'repair'] as const;
type Tab = (typeof allTabs)[number];
const tabWords = {
  products: 'kits.tabs.products',
  stock: 'stock.tab',
  lots: 'kits.tabs.lots',
  kits: 'kits.tabs.kits',
  trace: 'trace.tab',
  recalls: 'recalls.tab',
  stickers: 'stickers.tab',
  repair: 'repairs.tab',
} as const satisfies Readonly<Record<Tab, TextKey>>;

/** Products with their reading windows, lots, and the single kits of the makers' lists. */
export function KitsScreen() {
  const t = useText();
  const site = useSite();
  const failureText = useFailureText();
  const manifest = useImport('manifest');
  const [tab, setTab] = useState<Tab>(() => (isTraceWanted() ? 'trace' : 'products'));
  const { isWanted } = useTraced();
  useEffect(() => {
    if (isWanted) setTab('trace');
  }, [isWanted]);

  if (manifest.state.step !== 'idle') {
    return (
      <Screen title={t('imports.title.manifest')}>
        <ImportPanel kind="manifest" flow={manifest} />
      </Screen>
    );
  }
  const tabs = allTabs.filter((each) => each !== 'repair' || may(site.operator, 'kits.repair'));
  const importButton = may(site.operator, 'kits.import') && (
    <Button
      variant={tab === 'kits' ? 'filled' : 'default'}
      leftSection={<IconFileImport size="1.125rem" aria-hidden />}
      onClick={manifest.pick}
      loading={manifest.isPicking}
    >
      {t('imports.pick.manifest')}
    </Button>
  );
  return (
    <Tabs
      value={tab}
      onChange={(value) => setTab(tabs.find((each) => each === value) ?? 'products')}
      className={css['tabs'] ?? ''}
      keepMounted={false}
    >
      <Screen
        title={t('kits.title')}
        beside={
          <Tabs.List>
            {tabs.map((each) => (
              <Tabs.Tab key={each} value={each}>
                {t(tabWords[each])}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        }
        actions={importButton}
      >
        {manifest.pickFailure !== null && <Notice tone="refused">{failureText(manifest.pickFailure)}</Notice>}
        <Tabs.Panel value="stock" className={css['panel'] ?? ''}>
          <StockTab />
        </Tabs.Panel>
        <Tabs.Panel value="products" className={css['panel'] ?? ''}>
          <ProductsTab />
        </Tabs.Panel>
        <Tabs.Panel value="lots" className={css['panel'] ?? ''}>
          <LotsTab />
        </Tabs.Panel>
        <Tabs.Panel value="kits" className={css['panel'] ?? ''}>
          <KitsTab importButton={importButton} />
        </Tabs.Panel>
        <Tabs.Panel value="trace" className={css['panel'] ?? ''}>
          <TraceTab />
        </Tabs.Panel>
        <Tabs.Panel value="recalls" className={css['panel'] ?? ''}>
          <RecallsTab />
        </Tabs.Panel>
        {tabs.includes('repair') && (
          <Tabs.Panel value="repair" className={css['panel'] ?? ''}>
            <RepairTab />
          </Tabs.Panel>
        )}
        <Tabs.Panel value="stickers" className={css['panel'] ?? ''}>
          <StickersTab />
        </Tabs.Panel>
      </Screen>
    </Tabs>
  );
}
