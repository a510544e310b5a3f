import { fail, ok, type Reply } from '../../shared/errors.ts';
import { leastRole, standingOf } from '../../shared/model/rights.ts';
import type { Operator } from '../../shared/model/staff.ts';
import type { AppHandlers } from './calls.ts';
import type { GunsHost } from './gunsHost.ts';
import type { Kept, Settings } from './settings.ts';

export type GunCallParts = {
  readonly settings: Settings;
  readonly guns: GunsHost;
  /** Who sits at the desk, as core says. */
  readonly operator: () => Promise<Reply<Operator | null>>;
};

/** What is said of settings that the disk did not take; they are as they were before. Null where it did. */
export function notKept(kept: Kept): ReturnType<typeof fail> | null {
  switch (kept) {
    case 'diskFull':
      return fail('DISK_FULL', {}, { retryable: true });
    case 'failed':
    case 'unsound':
      return fail('DISK_FAILED', { problem: 'preferences.json' }, { retryable: true });
    default:
      return null;
  }
}

type GunMethod = 'guns.get' | 'guns.findDevices' | 'guns.save' | 'guns.remove';

/** The guns of this desk. Everybody may see them; who answers for the site sets them up. */
export function gunHandlers({ settings, guns, operator }: GunCallParts): Pick<AppHandlers, GunMethod> {
  const refusal = async (): Promise<ReturnType<typeof fail> | null> => {
    const now = await operator();
    if (!now.ok) return now;
    if (now.value === null) return fail('NOT_SIGNED_IN');
    return standingOf(now.value.role, 'guns.edit') === 'may'
      ? null
      : fail('FORBIDDEN', { capability: 'guns.edit', needs: leastRole('guns.edit'), approvable: false });
  };
  const shown = () => ok({ guns: guns.views() });

  return {
    'guns.get': async () => shown(),
    'guns.findDevices': async () => (await refusal()) ?? ok(await guns.find()),
    'guns.save': async ({ gun }) => {
      const refused = await refusal();
      if (refused !== null) return refused;
      const others = settings.guns().filter((one) => one.id !== gun.id);
      if (others.some((one) => one.name === gun.name))
        return fail('NAME_TAKEN', { what: 'gun' }, { field: 'gun.name' });
      const isNew = others.length === settings.guns().length;
      const next = isNew ? [...others, gun] : settings.guns().map((one) => (one.id === gun.id ? gun : one));
      const kept = settings.setGuns(next);
      if (kept === 'unsound') return fail('INVALID_INPUT', { path: 'gun', problem: 'too many guns' }, { field: 'gun' });
      guns.apply();
      return notKept(kept) ?? shown();
    },
    'guns.remove': async ({ gunId }) => {
      const refused = await refusal();
      if (refused !== null) return refused;
      if (!settings.guns().some((one) => one.id === gunId)) return fail('NOT_FOUND', { what: 'gun' });
      const kept = settings.setGuns(settings.guns().filter((one) => one.id !== gunId));
      guns.apply();
      return notKept(kept) ?? shown();
    },
  };
}
