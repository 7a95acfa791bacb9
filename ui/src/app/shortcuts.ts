// The keyboard map: parts of the portal add their keys, one listener hears them, and `?` lists them.

import { useEffect, useRef, useSyncExternalStore } from 'react';

export type Shortcut = { keys: string; does: string; area: string; run: (event: KeyboardEvent) => void };

const SEQUENCE_MS = 900;
const active = new Set<Shortcut>();
const listeners = new Set<() => void>();
let snapshot: Shortcut[] = [];
let pending: { key: string; at: number } | undefined;

function changed() {
  snapshot = [...active];
  for (const listener of listeners) listener();
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** The name of what was pressed: `mod+k`, `/`, `g`. */
export function keyName(event: KeyboardEvent): string {
  const mod = event.metaKey || event.ctrlKey ? 'mod+' : '';
  return mod + (event.key.length === 1 && mod ? event.key.toLowerCase() : event.key);
}

function last(keys: string): Shortcut | undefined {
  // The part that was mounted last is the one in front.
  return [...active].reverse().find((shortcut) => shortcut.keys === keys);
}

export function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey) return;
  const key = keyName(event);
  const typing = isTyping(event.target);
  if (typing && !key.startsWith('mod+')) return;
  if (!typing && document.querySelector('[aria-modal="true"]') && !key.startsWith('mod+')) return;
  const sequence =
    pending && event.timeStamp - pending.at < SEQUENCE_MS ? last(`${pending.key} ${key}`) : undefined;
  pending = undefined;
  const found = sequence ?? last(key);
  if (found) {
    event.preventDefault();
    found.run(event);
    return;
  }
  if ([...active].some((shortcut) => shortcut.keys.startsWith(`${key} `))) {
    pending = { key, at: event.timeStamp };
  }
}

/** Adds a shortcut while the component is there. */
export function useShortcut(area: string, keys: string, does: string, run: (event: KeyboardEvent) => void) {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    const shortcut: Shortcut = { area, keys, does, run: (event) => latest.current(event) };
    active.add(shortcut);
    changed();
    return () => {
      active.delete(shortcut);
      changed();
    };
  }, [area, keys, does]);
}

export function useShortcuts(): Shortcut[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => snapshot,
  );
}

export const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** A key as it stands on the keyboard. */
export function keyLabel(keys: string): string[] {
  return keys
    .split(' ')
    .map((key) =>
      key
        .replace('mod+', isMac ? '⌘' : 'Ctrl+')
        .replace(/\+([a-z])$/, (_, k: string) => `+${k.toUpperCase()}`),
    );
}
