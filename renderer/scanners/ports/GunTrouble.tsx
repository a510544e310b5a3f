import { IconPlugConnectedX } from '@tabler/icons-react';
import type { GunState } from '../../../shared/model/gun.ts';
import frame from '../../frame/frame.module.css';
import { useStation } from '../../station.ts';
import { useText } from '../../text/index.ts';

const troubles: ReadonlySet<GunState> = new Set<GunState>(['waiting', 'busy', 'denied', 'failed']);

/** In the bar of every screen: a gun that should be there and cannot scan. Gone by itself when it can. */
export function GunTrouble() {
  const t = useText();
  const guns = useStation('guns.get', {}).data?.guns ?? [];
  const troubled = guns.filter((gun) => troubles.has(gun.state));
  const [only] = troubled;
  if (only === undefined) return null;
  const words =
    troubled.length > 1
      ? t('ports.troubles', { n: troubled.length })
      : t('ports.trouble', { name: only.name, state: t(`ports.state.${only.state}`) });
  const hints = troubled.map((gun) => `${gun.name}: ${t(`ports.state.${gun.state}`)}`).join('\n');
  return (
    <span className={frame['trouble']} role="status" data-gun-trouble title={hints}>
      <IconPlugConnectedX size="1rem" aria-hidden />
      <span className={frame['troubleWords']}>{words}</span>
    </span>
  );
}
