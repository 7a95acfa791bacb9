// How many there are in all, owned and starred, with every other filter on.

import { useQueries } from '@tanstack/react-query';
import { entityCount } from '@/api/queries/entities';
import { usePainted } from '@/app/firstPaint';
import { type CatalogSearch, type Mine, predicateOf, SCOPES, type Scope } from './filters';

/** `listed` is the total of the list itself, which is the count of the scope that is on. */
export function useScopeCounts(
  search: CatalogSearch,
  mine: Mine,
  listed: number | undefined,
): Record<Scope, number | undefined> {
  const current = search.scope ?? 'all';
  const empty: Record<Scope, boolean> = {
    all: false,
    owned: mine.owned.length === 0,
    starred: mine.starred.length === 0,
  };
  const painted = usePainted();
  const answers = useQueries({
    queries: SCOPES.map((scope) => ({
      ...entityCount({
        query: predicateOf({ ...search, scope: scope === 'all' ? undefined : scope }, mine),
        text: search.q,
      }),
      enabled: painted && scope !== current && !empty[scope],
    })),
  });
  const count = (scope: Scope, index: number) => {
    if (scope === current) return listed;
    return empty[scope] ? 0 : answers[index]?.data;
  };
  return { all: count('all', 0), owned: count('owned', 1), starred: count('starred', 2) };
}
