// Keeps what is on screen true: follows the changes while the tab is in sight and reads again behind what is shown.

import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { firstPaint } from '@/app/firstPaint';
import { followChanges, type Position } from './changeStream';
import { touched } from './touched';

/** A change is shown after this; what comes within it is one refresh. */
const GATHER_MS = 300;
/** While changes keep coming, lists are read again this often. */
const BETWEEN_MS = 2_500;

/** Gathers changes and reads again what they touch, never more often than `between`. */
export function gatherer(client: QueryClient, gather = GATHER_MS, between = BETWEEN_MS) {
  const refs = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = 0;
  const run = () => {
    timer = undefined;
    last = Date.now();
    const now = new Set(refs);
    refs.clear();
    // What is being read at the moment may have been read before the change: it is read once more.
    void client.invalidateQueries({ predicate: (query) => touched(query, now) });
  };
  return {
    changed: (changes: string[]) => {
      for (const ref of changes) refs.add(ref);
      timer ??= setTimeout(run, Math.max(gather, last + between - Date.now()));
    },
    missed: () => void client.invalidateQueries({ queryKey: ['catalog'] }),
    stop: () => clearTimeout(timer),
  };
}

/** One stream for the tab. Hidden, it is closed; in sight again, it goes on where it was. */
export function useLiveCatalog(): void {
  const client = useQueryClient();
  useEffect(() => {
    const position: Position = { last: undefined };
    const listener = gatherer(client);
    let connection: AbortController | undefined;
    let paused = false;
    const follow = () => {
      if (document.hidden) {
        paused = connection !== undefined;
        connection?.abort();
        connection = undefined;
      } else if (!connection) {
        // Nothing came before the tab was hidden, so there is no place to go on from.
        if (paused && position.last === undefined) listener.missed();
        connection = new AbortController();
        void followChanges(position, listener, connection.signal);
      }
    };
    let over = false;
    // The page itself comes first.
    void firstPaint.then(() => {
      if (over) return;
      follow();
      document.addEventListener('visibilitychange', follow);
    });
    return () => {
      over = true;
      document.removeEventListener('visibilitychange', follow);
      connection?.abort();
      listener.stop();
    };
  }, [client]);
}
