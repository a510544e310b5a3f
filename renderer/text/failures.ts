import { useCallback } from 'react';
import type { Failure } from '../../shared/errors.ts';
import { fileProblems } from '../../shared/importFaults.ts';
import { type Role, roles } from '../../shared/model/staff.ts';
import { fieldWords } from '../imports/fieldWords.ts';
import { useText } from './index.ts';

function isRole(needs: unknown): needs is Role {
  return roles.some((role) => role === needs);
}

const unfit = [
  'notAKit',
  'used',
  'spoiled',
  'away',
  'productUnknown',
  'otherProduct',
  'otherLot',
  'uneven',
  'backwards',
  'overlap',
  'count',
  'tooLong',
  'partlyHere',
] as const;

/** Words a failure in the language of the moment. */
export function useFailureText(): (failure: Pick<Failure, 'code' | 'params'>) => string {
  const t = useText();
  return useCallback(
    ({ code, params }) => {
      const words: Record<string, string | number> = {};
      for (const [name, value] of Object.entries(params)) {
        words[name] = Array.isArray(value) ? value.join('、') : typeof value === 'number' ? value : String(value);
      }
      const { needs } = params;
      words['who'] = t(`lists.somebody.${isRole(needs) ? needs : 'supervisor'}`);
      if (code === 'FILE_UNREADABLE') {
        const problem = fileProblems.find((each) => each === params['problem']);
        if (problem !== undefined) return t(`imports.problems.${problem}`, words);
      }
      if (code === 'RANGE_WRONG' || code === 'KIT_UNFIT')
        words['why'] = t(`stock.problems.${unfit.find((each) => each === params['problem']) ?? 'other'}`);
      if (code === 'COLUMNS_MISSING') words['missing'] = fieldWords(t, params['missing']).join(t('imports.and'));
      return t(`errors.${code}`, words);
    },
    [t],
  );
}
