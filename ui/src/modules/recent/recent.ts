// The entities seen last, kept in this browser.

import { useSyncExternalStore } from 'react';

const KEY = 'callboard:recent';
const MOST = 20;

function read(): string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
  } catch {
    return [];
  }
}

let recent = read();
const listeners = new Set<() => void>();

/** Puts an entity in front. */
export function visited(ref: string): void {
  if (recent[0] === ref) return;
  recent = [ref, ...recent.filter((each) => each !== ref)].slice(0, MOST);
  localStorage.setItem(KEY, JSON.stringify(recent));
  for (const listener of listeners) listener();
}

export function useRecent(): string[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => recent,
  );
}
