// Which values occur, and how often.

import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { catalog, type FacetValue, unwrap } from '../catalog';
import { isStatus } from '../error';
import type { Predicate } from '../predicate';
import { textFilter } from './pageRequest';

export type Facets = Record<string, FacetValue[]>;

async function fetchFacets(
  keys: string[],
  query: Predicate,
  text: string | undefined,
  signal: AbortSignal,
): Promise<Facets> {
  const body = { facets: keys, query: query as never, ...textFilter(text) };
  try {
    return (await unwrap(catalog.POST('/entity-facets', { body, signal }))).facets;
  } catch (error) {
    // A server that does not count within a text still counts within everything else.
    if (text && isStatus(error, 400)) return fetchFacets(keys, query, undefined, signal);
    throw error;
  }
}

export const facets = (keys: string[], query: Predicate, text?: string) =>
  queryOptions({
    queryKey: ['catalog', 'facets', keys, query, text],
    queryFn: ({ signal }) => fetchFacets(keys, query, text, signal),
    enabled: keys.length > 0,
    staleTime: 10_000,
    placeholderData: keepPreviousData,
  });
