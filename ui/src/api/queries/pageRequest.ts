// What a page of entities is asked for with. It stands apart from the library that keeps answers, because the first page
// is asked for before that library has been loaded.

import type { Predicate } from '../predicate';

/** What a row of a list shows; nothing else is asked for. */
export const ROW_FIELDS = [
  'apiVersion',
  'kind',
  'metadata.uid',
  'metadata.name',
  'metadata.namespace',
  'metadata.title',
  'metadata.description',
  'metadata.tags',
  'metadata.annotations.backstage.io/orphan',
  'spec.type',
  'spec.lifecycle',
  'spec.owner',
  'spec.system',
  'spec.domain',
  'spec.target',
  'spec.parent',
  'spec.memberOf',
  'spec.profile',
  'status.items',
];

export const TEXT_FIELDS = [
  'metadata.name',
  'metadata.title',
  'metadata.description',
  'spec.profile.displayName',
  'spec.profile.email',
];

export type Order = { field: string; order: 'asc' | 'desc' };

export type EntityQuery = { query: Predicate; order?: Order | undefined; text?: string | undefined };

export type PageSlice = {
  limit: number;
  offset?: number;
  cursor?: string | undefined;
  fields?: string[];
};

/** The text part of a request, as the catalog's POST routes take it. */
export const textFilter = (text: string | undefined) =>
  text ? { fullTextFilter: { term: text, fields: TEXT_FIELDS } } : {};

/** The body of a request for one page, at an offset or after a cursor. */
export function pageRequest({ query, order, text }: EntityQuery, slice: PageSlice) {
  const { limit, offset, cursor, fields } = slice;
  return cursor
    ? { cursor, limit, fields }
    : {
        query: query as never,
        limit,
        ...(offset ? { offset } : {}),
        ...(order ? { orderBy: [order] } : {}),
        ...textFilter(text),
        ...(fields ? { fields } : {}),
      };
}
