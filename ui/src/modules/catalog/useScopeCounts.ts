// How many there are in all, owned and starred, with every other filter on.

import { useQueries } from '@tanstack/react-query';
import { entityCount } from '@/api/queries/entities';
import { type CatalogSearch, type Mine, predicateOf, SCOPES, type Scope } from './filters';

export function useScopeCounts(search: CatalogSearch, mine: Mine): Partial<Record<Scope, number>> {
  const answers = useQueries({
    queries: SCOPES.map((scope) => ({
      ...entityCount({
        query: predicateOf({ ...search, scope: scope === 'all' ? undefined : scope }, mine),
        text: search.q,
      }),
    })),
  });
  const counts: Partial<Record<Scope, number>> = {};
  SCOPES.forEach((scope, index) => {
    const count = answers[index]?.data;
    if (count !== undefined) counts[scope] = count;
  });
  return counts;
}
