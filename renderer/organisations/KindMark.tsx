import { IconBuildingCommunity, IconBuildingFactory2 } from '@tabler/icons-react';
import type { OrganisationKind } from '../../shared/model/organisation.ts';
import { Mark } from '../lists/StatusMark.tsx';
import { useText } from '../text/index.ts';

/** Community or enterprise, by word and icon. */
export function KindMark(props: { readonly kind: OrganisationKind }) {
  const t = useText();
  return (
    <Mark
      tone="plain"
      icon={props.kind === 'community' ? IconBuildingCommunity : IconBuildingFactory2}
      word={t(`organisations.kindOf.${props.kind}`)}
    />
  );
}
