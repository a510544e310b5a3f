import { CloseButton, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useRef } from 'react';
import { useText } from '../text/index.ts';
import { Kbd } from '../ui/Kbd.tsx';
import css from './lists.module.css';

/** The search of a list. Ctrl F goes there, Esc empties it, the down arrow goes on to the rows. */
export function SearchField(props: {
  readonly what: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const t = useText();
  const field = useRef<HTMLInputElement>(null);
  useHotkeys([['mod+F', () => field.current?.select()]], []);
  return (
    <TextInput
      ref={field}
      className={css['search'] ?? ''}
      type="text"
      role="searchbox"
      maxLength={100}
      aria-label={`${t('lists.search')}: ${props.what}`}
      placeholder={props.what}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'ArrowDown' && !event.nativeEvent.isComposing) {
          event.preventDefault();
          event.currentTarget.closest('section')?.querySelector<HTMLElement>('[role="grid"]')?.focus();
          return;
        }
        if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
        if (props.value === '') field.current?.blur();
        else props.onChange('');
        event.stopPropagation();
      }}
      leftSection={<IconSearch size="1.125rem" aria-hidden />}
      rightSectionWidth={props.value === '' ? 64 : 40}
      rightSection={
        props.value === '' ? (
          <Kbd>{t('lists.searchKey')}</Kbd>
        ) : (
          <CloseButton aria-label={t('lists.clearSearch')} onClick={() => props.onChange('')} />
        )
      }
    />
  );
}
