import {
  IconBarcode,
  IconBuildings,
  IconChartBar,
  IconCloudUp,
  IconFileText,
  IconHeartHandshake,
  IconPackage,
  type IconProps,
  IconSettings,
  IconUsers,
} from '@tabler/icons-react';
import { type ComponentType, lazy } from 'react';
import type { Capability } from '../shared/model/rights.ts';
import { FollowUpCount } from './followUps/FollowUpCount.tsx';
import type { ScreenKey } from './frame/where.ts';
import type { TextKey } from './text/index.ts';
import { ScanIcon } from './ui/ScanIcon.tsx';

export type ScreenEntry = {
  readonly key: ScreenKey;
  readonly icon: ComponentType<IconProps>;
  readonly label: TextKey;
  /** Who may do this sees it in the rail: a screen that is not one's own is not shown at all. */
  readonly needs: Capability;
  /** Null for the desk, which is always there and never waits to be loaded. */
  readonly component: ComponentType | null;
  /** A quiet figure beside its icon. */
  readonly count?: ComponentType<{ readonly id: string }>;
  /** Stands at the foot of the rail. */
  readonly atFoot: boolean;
};

/** The screens in the order of the rail. A new one is one line here and a folder beside. */
export const screens: readonly ScreenEntry[] = [
  { key: 'desk', icon: ScanIcon, label: 'frame.screens.desk', needs: 'desk.work', component: null, atFoot: false },
  {
    key: 'people',
    icon: IconUsers,
    label: 'frame.screens.people',
    needs: 'desk.work',
    component: lazy(() => import('./people/PeopleScreen.tsx').then((file) => ({ default: file.PeopleScreen }))),
    atFoot: false,
  },
  {
    key: 'rounds',
    icon: IconBuildings,
    label: 'frame.screens.rounds',
    needs: 'desk.work',
    component: lazy(() => import('./rounds/RoundsScreen.tsx').then((file) => ({ default: file.RoundsScreen }))),
    atFoot: false,
  },
  {
    key: 'kits',
    icon: IconPackage,
    label: 'frame.screens.kits',
    needs: 'desk.work',
    component: lazy(() => import('./kits/KitsScreen.tsx').then((file) => ({ default: file.KitsScreen }))),
    atFoot: false,
  },
  {
    key: 'results',
    icon: IconFileText,
    label: 'frame.screens.results',
    needs: 'desk.work',
    component: lazy(() => import('./results/ResultsScreen.tsx').then((file) => ({ default: file.ResultsScreen }))),
    atFoot: false,
  },
  {
    key: 'followUps',
    icon: IconHeartHandshake,
    label: 'frame.screens.followUps',
    needs: 'followUps.work',
    component: lazy(() =>
      import('./followUps/FollowUpsScreen.tsx').then((file) => ({ default: file.FollowUpsScreen })),
    ),
    count: FollowUpCount,
    atFoot: false,
  },
  {
    key: 'today',
    icon: IconChartBar,
    label: 'frame.screens.today',
    needs: 'desk.work',
    component: lazy(() => import('./today/TodayScreen.tsx').then((file) => ({ default: file.TodayScreen }))),
    atFoot: false,
  },
  {
    key: 'sync',
    icon: IconCloudUp,
    label: 'frame.screens.sync',
    needs: 'desk.work',
    component: lazy(() => import('./sync/SyncScreen.tsx').then((file) => ({ default: file.SyncScreen }))),
    atFoot: false,
  },
  {
    key: 'scanners',
    icon: IconBarcode,
    label: 'frame.screens.scanners',
    needs: 'guns.edit',
    component: lazy(() => import('./scanners/ScannersScreen.tsx').then((file) => ({ default: file.ScannersScreen }))),
    atFoot: false,
  },
  {
    key: 'settings',
    icon: IconSettings,
    label: 'frame.screens.settings',
    needs: 'desk.work',
    component: lazy(() => import('./settings/SettingsScreen.tsx').then((file) => ({ default: file.SettingsScreen }))),
    atFoot: true,
  },
];
