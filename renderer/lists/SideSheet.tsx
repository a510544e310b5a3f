import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
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
  return (
    <Drawer
      opened={props.isOpen}
      onClose={props.onClose}
      position="right"
      size={props.size ?? '34rem'}
      title={props.title}
      withCloseButton={props.mustDecide !== true}
      closeOnEscape={props.mustDecide !== true}
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
