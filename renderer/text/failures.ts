import { useCallback } from 'react';
import type { Failure } from '../../shared/errors.ts';
import { useText } from './index.ts';

/** Words a failure in the language of the moment. */
export function useFailureText(): (failure: Pick<Failure, 'code' | 'params'>) => string {
  const t = useText();
  return useCallback(
    ({ code, params }) => {
      const words: Record<string, string | number> = {};
      for (const [name, value] of Object.entries(params)) {
        words[name] = Array.isArray(value) ? value.join('、') : typeof value === 'number' ? value : String(value);
      }
      return t(`errors.${code}`, words);
    },
    [t],
  );
}
