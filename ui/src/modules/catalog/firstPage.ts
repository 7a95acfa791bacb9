// The first page of the list, in one place, so that the route can ask for it while the page itself is still loading.

import { type EntityQuery, entityPage, type Order } from '@/api/queries/entities';
import { type CatalogSearch, type Mine, predicateOf } from './filters';
import { PAGE_SIZE } from './segments';

export function listQuery(search: CatalogSearch, mine: Mine, field: string): EntityQuery {
  const order: Order = { field, order: search.dir ?? 'asc' };
  return { query: predicateOf(search, mine), order, text: search.q };
}

/** The request that the page will make first, or undefined if it depends on who is signed in or on the columns. */
export function firstPage(search: CatalogSearch) {
  if (search.scope || search.sort || search.group) return undefined;
  return entityPage(listQuery(search, { owned: [], starred: [] }, 'metadata.name'), PAGE_SIZE, 0);
}
