import { holdsPersonalNumber } from '../../../shared/codes/personal.ts';
import { StationError } from '../../../shared/errors.ts';

/**
 * The words of a reason stay in the records, the audit log and with the central service, so no number of a person may
 * stand in them. Throws REASON_PERSONAL.
 */
export function refusePersonal(words: string, field = 'reason.text'): void {
  if (holdsPersonalNumber(words)) throw new StationError('REASON_PERSONAL', {}, field);
}
