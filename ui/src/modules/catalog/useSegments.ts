// Turns the address into the segments of the list and their counts.

import { keepPreviousData, usePrefetchQuery, useQuery } from '@tanstack/react-query';
import { all, type Predicate } from '@/api/predicate';
import { entityCount, entityPage } from '@/api/queries/entities';
import { facets } from '@/api/queries/facets';
import { sortField } from './columns';
import { ALL_KINDS, type CatalogSearch, DEFAULT_KIND, facetField, type Mine, predicateOf } from './filters';
import { listQuery } from './firstQuery';
import { PAGE_SIZE, type Segment } from './segments';

const NAME_ORDER = { field: 'metadata.name', order: 'asc' } as const;

export type Listing = {
  segments: Segment[];
  total: number | undefined;
  error: unknown;
  /** True while older rows stand in for the ones that were asked for. */
  stale: boolean;
  retry: () => void;
};

/** The segments of a grouped list: one for each value, and one for what has none. */
function groupSegments(
  search: CatalogSearch,
  field: string,
  query: Predicate,
  values: { value: string; count: number }[],
  total: number | undefined,
  collapsed: ReadonlySet<string>,
): Segment[] {
  const segments: Segment[] = values.map(({ value, count }) => ({
    key: value,
    header: { kind: 'group', ref: value },
    query: { query: all(query, { [field]: value }), order: NAME_ORDER, text: search.q },
    count,
    collapsed: collapsed.has(value),
  }));
  const grouped = values.reduce((sum, { count }) => sum + count, 0);
  const rest = total === undefined ? 0 : Math.max(0, total - grouped);
  segments.push({
    key: '',
    header: { kind: 'group', ref: undefined },
    query: { query: all(query, { [field]: { $exists: false } }), order: NAME_ORDER, text: search.q },
    count: rest,
    collapsed: collapsed.has(''),
  });
  return segments;
}

export function useSegments(search: CatalogSearch, mine: Mine, collapsed: ReadonlySet<string>): Listing {
  const query = predicateOf(search, mine);
  const kind = search.kind ?? DEFAULT_KIND;
  const field = sortField(kind === ALL_KINDS ? ALL_KINDS : kind, search.sort);
  const groupField = search.group ? facetField(search.group) : undefined;

  const main = listQuery(search, mine, groupField ? 'metadata.name' : field);
  // Asked for while drawing, ahead of the counts beside the list: the rows are what people wait for.
  usePrefetchQuery(entityPage(main, PAGE_SIZE, 0));
  const first = useQuery({ ...entityPage(main, PAGE_SIZE, 0), placeholderData: keepPreviousData });

  const sparse = !groupField && field !== 'metadata.name' && field !== 'kind';
  const lacking = {
    query: all(query, { [field]: { $exists: false } }),
    order: NAME_ORDER,
    text: search.q,
  };
  const lackingCount = useQuery({ ...entityCount(lacking), enabled: sparse });
  const groups = useQuery({
    ...facets(groupField ? [groupField] : [], query, search.q),
    enabled: groupField !== undefined,
  });

  const total = first.data?.totalItems;
  const rest = sparse ? lackingCount.data : 0;

  let segments: Segment[];
  if (groupField) {
    const values = groups.data?.[groupField] ?? [];
    segments = groupSegments(search, groupField, query, values, groups.data ? total : undefined, collapsed);
  } else {
    segments = [{ key: 'main', query: main, count: total }];
    if (rest) {
      segments.push({
        key: 'lacking',
        header: { kind: 'note', text: `Without a value to sort by (${rest})` },
        query: lacking,
        count: rest,
      });
    }
  }
  return {
    segments,
    total: total === undefined || rest === undefined ? undefined : total + rest,
    error: first.error ?? groups.error ?? lackingCount.error,
    stale: first.isPlaceholderData,
    retry: () => {
      void first.refetch();
      if (groupField) void groups.refetch();
    },
  };
}
