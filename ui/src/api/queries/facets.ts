// Which values occur, and how often.

import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { catalog, type FacetValue, unwrap } from '../catalog';
import type { Predicate } from '../predicate';

export const facets = (keys: string[], query: Predicate) =>
  queryOptions({
    queryKey: ['catalog', 'facets', keys, query],
    queryFn: async ({ signal }): Promise<Record<string, FacetValue[]>> => {
      const answer = await unwrap(
        catalog.POST('/entity-facets', { body: { facets: keys, query: query as never }, signal }),
      );
      return answer.facets;
    },
    enabled: keys.length > 0,
    staleTime: 10_000,
    placeholderData: keepPreviousData,
  });
