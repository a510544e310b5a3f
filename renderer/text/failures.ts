import { useCallback } from 'react';
import type { Failure } from '../../shared/errors.ts';
import { type Role, roles } from '../../shared/model/staff.ts';
import { useText } from './index.ts';

function isRole(needs: unknown): needs is Role {
  return roles.some((role) => role === needs);
}

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
      return t(`errors.${code}`, words);
    },
    [t],
  );
}
