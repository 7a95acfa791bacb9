// Whether the page is still on its way: the router is changing pages, or something in sight has nothing to show yet.

import { type QueryCache, useQueryClient } from '@tanstack/react-query';
import { useRouterState } from '@tanstack/react-router';
import { useCallback, useSyncExternalStore } from 'react';
import { usePainted } from './firstPaint';

/** A query in sight that is waiting for its first answer. What is refreshed behind older data does not count. */
function waiting(cache: QueryCache): boolean {
  return cache
    .getAll()
    .some(
      (query) =>
        query.state.status === 'pending' && query.state.fetchStatus === 'fetching' && query.isActive(),
    );
}

export function useBusy(): boolean {
  const cache = useQueryClient().getQueryCache();
  const subscribe = useCallback((changed: () => void) => cache.subscribe(changed), [cache]);
  const queries = useSyncExternalStore(subscribe, () => waiting(cache));
  // The router is done when the new page has been drawn, so that there is no moment between it and its queries.
  const router = useRouterState({ select: (state) => state.status === 'pending' });
  // What stands round the content has not even been asked for before the content is there.
  const painted = usePainted();
  return router || queries || !painted;
}
