// The query of the list, and the one that the page will make first, in one place for the page and for what runs before it.

import type { EntityQuery, Order } from '@/api/queries/pageRequest';
import { type CatalogSearch, type Mine, predicateOf } from './filters';

export function listQuery(search: CatalogSearch, mine: Mine, field: string): EntityQuery {
  const order: Order = { field, order: search.dir ?? 'asc' };
  return { query: predicateOf(search, mine), order, text: search.q };
}

/** What the page will ask for first, or undefined if it depends on who is signed in or on the columns. */
export function firstQuery(search: CatalogSearch): EntityQuery | undefined {
  if (search.scope || search.sort || search.group) return undefined;
  return listQuery(search, { owned: [], starred: [] }, 'metadata.name');
}
