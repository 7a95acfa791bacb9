// What people came for is drawn first; menus, counts and whatever else stands round it waits until that is on screen.

import { useSyncExternalStore } from 'react';

/** A page that never says so is taken for drawn after this. */
const LATEST_MS = 600;

let painted = false;
let resolve: () => void = () => {};
const listeners = new Set<() => void>();

/** Resolved when the first page of this visit has been drawn. */
export const firstPaint = new Promise<void>((done) => {
  resolve = done;
});

function mark(): void {
  if (painted) return;
  painted = true;
  resolve();
  for (const listener of listeners) listener();
}

/** Called once what the page is for has been put into the document; holds when it is on screen. */
export function contentDrawn(): void {
  if (!painted) requestAnimationFrame(() => setTimeout(mark));
}

export function expectPaint(): void {
  setTimeout(mark, LATEST_MS);
}

export function usePainted(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => painted,
  );
}
