import { useSyncExternalStore } from 'react';

/** The screens there are; what each shows is listed in screens.ts. */
export type ScreenKey =
  | 'desk'
  | 'people'
  | 'rounds'
  | 'kits'
  | 'results'
  | 'followUps'
  | 'today'
  | 'sync'
  | 'scanners'
  | 'settings';

/** Which screen is shown. It outlives a lock, so that signing in again finds the same screen. */
let current: ScreenKey = 'desk';
const listeners = new Set<() => void>();

/** Shows a screen. Called from anywhere: a scan on another screen goes to the desk. */
export function goTo(screen: ScreenKey): void {
  if (screen === current) return;
  current = screen;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useScreen(): ScreenKey {
  return useSyncExternalStore(subscribe, () => current);
}
