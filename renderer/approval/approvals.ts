import { useSyncExternalStore } from 'react';
import type { Failure, Reply } from '../../shared/errors.ts';
import type { Capability } from '../../shared/model/rights.ts';
import type { Approval, Role } from '../../shared/model/staff.ts';

/** An act that somebody else must consent to, waiting for their badge and PIN. */
export type Asked = {
  readonly capability: Capability;
  /** The lowest role that may consent. */
  readonly needs: Role;
  /** Does the act with this consent. */
  readonly attempt: (approval: Approval) => Promise<Reply<unknown>>;
  /** Ends the waiting with what came of it. */
  readonly settle: (reply: Reply<unknown>) => void;
};

let asked: Asked | null = null;
const listeners = new Set<() => void>();

function set(next: Asked | null): void {
  asked = next;
  for (const listener of listeners) listener();
}

/** The role that may consent where consent on the spot would do; null where it would not. */
function consentNeeded({ code, params }: Failure): Pick<Asked, 'capability' | 'needs'> | null {
  if (code !== 'FORBIDDEN' || params['approvable'] !== true) return null;
  return { capability: params['capability'] as Capability, needs: params['needs'] as Role };
}

/**
 * Where a call was refused for want of somebody's consent, asks for it and does the call again with it; answers what came
 * of that, or the first refusal when nobody consents. One question at a time: a second call is refused as it is.
 */
export async function withConsent<T>(
  refused: Reply<T>,
  attempt: (approval: Approval) => Promise<Reply<T>>,
): Promise<Reply<T>> {
  const needed = refused.ok ? null : consentNeeded(refused.error);
  if (needed === null || asked !== null) return refused;
  return new Promise((resolve) => {
    const question: Asked = {
      ...needed,
      attempt,
      settle: (reply) => {
        // An answer that comes after the question was dropped must not take away the next one.
        if (asked === question) set(null);
        resolve(reply as Reply<T>);
      },
    };
    set(question);
  });
}

/** Nobody is asked any more: who wanted it has gone, or the desk is being locked. */
export function dropQuestion(): void {
  asked?.settle(withoutConsent(asked));
}

/** The refusal that stands when nobody consents. */
export function withoutConsent({ capability, needs }: Asked): Reply<never> {
  return { ok: false, error: { code: 'FORBIDDEN', params: { capability, needs, approvable: true }, retryable: false } };
}

/** What waits for consent now, or null. */
export function useAsked(): Asked | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => asked,
  );
}
