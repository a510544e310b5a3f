import type { ReasonCode } from '../../shared/model/test.ts';
import { reasonCodes } from '../../shared/model/test.ts';
import type { Text } from '../text/index.ts';

/** A written reason in words; what somebody typed themselves stands behind it. */
export function reasonWords(t: Text, reason: { readonly code: string; readonly text: string }): string {
  const code = reasonCodes.find((known): known is ReasonCode => known === reason.code);
  if (code === undefined) return [reason.code, reason.text].filter((part) => part !== '').join(' · ');
  if (code === 'other' && reason.text !== '') return reason.text;
  return [t(`results.reasonCode.${code}`), reason.text].filter((part) => part !== '').join(' · ');
}
