import { Tabs } from '@mantine/core';
import { useState } from 'react';
import css from '../lists/lists.module.css';
import { Screen } from '../lists/Screen.tsx';
import { useText } from '../text/index.ts';
import { KeyboardGun } from './KeyboardGun.tsx';
import { PortGuns } from './ports/PortGuns.tsx';
import { SheetsTab } from './sheets/SheetsTab.tsx';

const tabs = ['keyboard', 'ports', 'sheets'] as const;
type Tab = (typeof tabs)[number];

/** The guns of this desk, one tab a kind. */
export function ScannersScreen() {
  const t = useText();
  const [tab, setTab] = useState<Tab>('keyboard');
  return (
    <Tabs
      value={tab}
      onChange={(value) => setTab(tabs.find((each) => each === value) ?? 'keyboard')}
      className={css['tabs'] ?? ''}
      keepMounted={false}
    >
      <Screen
        title={t('scanners.title')}
        beside={
          <Tabs.List>
            {tabs.map((each) => (
              <Tabs.Tab key={each} value={each}>
                {each === 'ports'
                  ? t('ports.tab')
                  : each === 'sheets'
                    ? t('scanners.sheets.tab')
                    : t(`scanners.tabs.${each}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        }
      >
        <Tabs.Panel value="keyboard" className={css['panel'] ?? ''}>
          <KeyboardGun onPrintSheet={() => setTab('sheets')} />
        </Tabs.Panel>
        <Tabs.Panel value="ports" className={css['panel'] ?? ''}>
          <PortGuns />
        </Tabs.Panel>
        <Tabs.Panel value="sheets" className={css['panel'] ?? ''}>
          <SheetsTab />
        </Tabs.Panel>
      </Screen>
    </Tabs>
  );
}
