import { Text } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import css from './lists.module.css';

/** The head of every screen beside the desk, and the room beneath it. */
export function Screen(props: {
  readonly title: string;
  readonly beside?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={css['screen']} aria-labelledby={id}>
      <header className={css['top']}>
        <h1 id={id} className={css['title']}>
          {props.title}
        </h1>
        {props.beside}
        <div className={css['actions']}>{props.actions}</div>
      </header>
      {props.children}
    </section>
  );
}

/** A sheet of paper on the ground. `fill` takes the height that is left; `padded` for anything that is not a table. */
export function Paper(props: {
  readonly children: ReactNode;
  readonly fill?: boolean;
  readonly title?: string;
  readonly note?: ReactNode;
  readonly className?: string | undefined;
  readonly area?: string;
}) {
  const id = useId();
  const classes = [css['paper'], props.fill === true ? css['fill'] : css['padded'], props.className]
    .filter(Boolean)
    .join(' ');
  return (
    <section
      className={classes}
      aria-labelledby={props.title === undefined ? undefined : id}
      style={props.area === undefined ? undefined : { gridArea: props.area }}
    >
      {props.title !== undefined && (
        <div className={css['sectionHead']}>
          <h2 id={id} className={css['section']}>
            {props.title}
          </h2>
          {props.note !== undefined && (
            <Text span className={css['faint']} size="sm">
              {props.note}
            </Text>
          )}
        </div>
      )}
      {props.children}
    </section>
  );
}
