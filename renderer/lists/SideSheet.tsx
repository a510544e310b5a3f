import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { useAsked } from '../approval/approvals.ts';
import { useText } from '../text/index.ts';
import css from './lists.module.css';

/** One row's details beside its list. Esc closes; the focus goes back to the list. */
export function SideSheet(props: {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly size?: string;
  /** It closes only by a button of its content: what it shows is not shown again. */
  readonly mustDecide?: boolean;
}) {
  const t = useText();
  const asked = useAsked();
  return (
    <Drawer
      opened={props.isOpen}
      onClose={props.onClose}
      position="right"
      size={props.size ?? '34rem'}
      title={props.title}
      withCloseButton={props.mustDecide !== true}
      // Esc takes away one thing: first the question for somebody's consent that stands over the sheet.
      closeOnEscape={props.mustDecide !== true && asked === null}
      closeOnClickOutside={props.mustDecide !== true}
      closeButtonProps={{ 'aria-label': t('lists.close') }}
      transitionProps={{ duration: 100 }}
      padding="xl"
      overlayProps={{ backgroundOpacity: 0.3 }}
      classNames={{ title: css['sheetTitle'] ?? '' }}
    >
      <div className={css['sheet']}>{props.children}</div>
    </Drawer>
  );
}
