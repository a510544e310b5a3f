/** Where a bug happened: its kind and its frames. Never its message, which may quote what somebody typed. */
export function faultFields(error: unknown): { readonly kind: string; readonly stack: string } {
  if (!(error instanceof Error)) return { kind: typeof error, stack: '' };
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return { kind: error.name, stack: frames.slice(0, 12).join('\n') };
}

/** The system's code of a failure such as ENOSPC; an empty text for anything else. */
export function systemCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
