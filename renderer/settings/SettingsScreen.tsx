import { Tabs } from '@mantine/core';
import { useState } from 'react';
import type { Capability } from '../../shared/model/rights.ts';
import { useLook } from '../lists/calls.ts';
import css from '../lists/lists.module.css';
import { Screen } from '../lists/Screen.tsx';
import { may, useSite } from '../lists/site.ts';
import { useText } from '../text/index.ts';
import { AuditTab } from './audit/AuditTab.tsx';
import { BackupsTab } from './backups/BackupsTab.tsx';
import { KeysTab } from './keys/KeysTab.tsx';
import { PreferencesTab } from './PreferencesTab.tsx';
import { RetentionTab } from './retention/RetentionTab.tsx';
import { SiteTab } from './SiteTab.tsx';
import { StaffTab } from './StaffTab.tsx';

const tabs = ['preferences', 'site', 'staff', 'backups', 'keys', 'retention', 'audit'] as const;
type Tab = (typeof tabs)[number];
const needs: Readonly<Record<Tab, Capability>> = {
  preferences: 'desk.work',
  site: 'settings.edit',
  staff: 'staff.keepOperators',
  backups: 'backups.make',
  keys: 'register.keys',
  retention: 'retention.edit',
  audit: 'audit.read',
};

/** What is set for this computer (everybody) and for the site (who answers for it). */
export function SettingsScreen() {
  const t = useText();
  const site = useSite();
  const info = useLook('app.info', {});
  const [tab, setTab] = useState<Tab>('preferences');
  const shown = tabs.filter((each) => may(site.operator, needs[each]));
  const current = shown.includes(tab) ? tab : 'preferences';
  const about = info.value === undefined ? [] : [t('settings.about', { version: info.value.version })];
  if (info.value?.embeddedCentral === true) about.push(t('settings.practice'));
  if (site.isTestClock) about.push(t('settings.testClock'));
  return (
    <Tabs
      value={current}
      onChange={(value) => setTab(tabs.find((each) => each === value) ?? 'preferences')}
      className={css['tabs'] ?? ''}
      keepMounted={false}
    >
      <Screen
        title={t('settings.title')}
        beside={
          <Tabs.List>
            {shown.map((each) => (
              <Tabs.Tab key={each} value={each}>
                {t(`settings.tabs.${each}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        }
        actions={current === 'preferences' && <span className={css['faint']}>{about.join(' · ')}</span>}
      >
        <Tabs.Panel value="preferences" className={css['panel'] ?? ''}>
          <PreferencesTab />
        </Tabs.Panel>
        <Tabs.Panel value="site" className={css['panel'] ?? ''}>
          <SiteTab />
        </Tabs.Panel>
        <Tabs.Panel value="backups" className={css['panel'] ?? ''}>
          <BackupsTab />
        </Tabs.Panel>
        <Tabs.Panel value="keys" className={css['panel'] ?? ''}>
          <KeysTab />
        </Tabs.Panel>
        <Tabs.Panel value="retention" className={css['panel'] ?? ''}>
          <RetentionTab />
        </Tabs.Panel>
        <Tabs.Panel value="audit" className={css['panel'] ?? ''}>
          <AuditTab />
        </Tabs.Panel>
        <Tabs.Panel value="staff" className={css['panel'] ?? ''}>
          <StaffTab />
        </Tabs.Panel>
      </Screen>
    </Tabs>
  );
}
