/** A text as part of a LIKE pattern with `ESCAPE '\\'`: what has a meaning there stands for itself. */
function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, (character) => `\\${character}`);
}

/** The pattern that finds `text` anywhere; empty for an empty text, which queries take for no filter. */
export function anywhere(text: string): string {
  return text === '' ? '' : `%${escapeLike(text)}%`;
}
