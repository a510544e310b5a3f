import type { ReactNode } from 'react';
import css from './lists.module.css';

/** What a search found a row by. */
export function Found(props: { readonly isMarked: boolean; readonly children: ReactNode }) {
  return props.isMarked ? <mark className={css['found']}>{props.children}</mark> : props.children;
}

/** The digits at a masked number's end, marked: by them it was found. */
export function FoundTail(props: { readonly isMarked: boolean; readonly text: string }) {
  const { text } = props;
  const tail = /[^*\s]+$/.exec(text)?.[0] ?? '';
  if (!props.isMarked || tail === '') return text;
  return (
    <>
      {text.slice(0, text.length - tail.length)}
      <Found isMarked>{tail}</Found>
    </>
  );
}
