/** A name that every system takes, and that leads into no other folder. */
export function safeFileName(name: string): string {
  const plain = [...name].map((char) => (char < ' ' || '\\/:*?"<>|'.includes(char) ? '-' : char)).join('');
  const trimmed = plain.replace(/^[\s.]+|[\s.]+$/g, '');
  return trimmed === '' ? '-' : trimmed.slice(0, 120);
}
