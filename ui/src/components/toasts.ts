// Short messages about what was done or could not be done; they leave by themselves, errors stay longer.

import { useSyncExternalStore } from 'react';

export type Toast = { id: number; level: 'info' | 'error'; title: string; message: string };

const LIFETIME_MS = { info: 5_000, error: 12_000 };

let toasts: Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function set(next: Toast[]) {
  toasts = next;
  for (const listener of listeners) listener();
}

export function dismiss(id: number): void {
  set(toasts.filter((toast) => toast.id !== id));
}

function show(level: Toast['level'], title: string, message: string): void {
  const id = nextId;
  nextId += 1;
  set([...toasts, { id, level, title, message }]);
  setTimeout(() => dismiss(id), LIFETIME_MS[level]);
}

export const toast = {
  info: (title: string, message: string) => show('info', title, message),
  error: (title: string, message: string) => show('error', title, message),
};

export function useToasts(): Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
}
