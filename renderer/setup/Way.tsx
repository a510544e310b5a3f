import type { TablerIcon } from '@tabler/icons-react';
import css from './setup.module.css';

/** One of two ways, each explained. */
export function Way(props: {
  readonly name: string;
  readonly icon: TablerIcon;
  readonly label: string;
  readonly hint: string;
  readonly isChosen: boolean;
  readonly disabled?: boolean;
  readonly onChoose: () => void;
}) {
  const Icon = props.icon;
  return (
    <label className={css['way']} data-chosen={props.isChosen} data-disabled={props.disabled === true}>
      <input
        type="radio"
        name={props.name}
        checked={props.isChosen}
        disabled={props.disabled}
        // biome-ignore lint/a11y/noAutofocus: the step's one question; Enter goes on
        autoFocus={props.isChosen}
        onChange={props.onChoose}
      />
      <Icon size="1.75rem" stroke={1.6} aria-hidden />
      <span>
        <b>{props.label}</b>
        <small>{props.hint}</small>
      </span>
    </label>
  );
}
