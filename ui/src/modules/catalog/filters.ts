// The filters of the catalog as they stand in the address, and the predicate that they make.

import { all, oneOf as anyOf, type Predicate } from '@/api/predicate';
import { list, one, oneOf } from '@/app/search';
import { parseRef } from '@/modules/entity/ref';

export const SCOPES = ['all', 'owned', 'starred'] as const;
export type Scope = (typeof SCOPES)[number];

export const GROUPS = ['owner', 'partOf'] as const;
export type GroupBy = (typeof GROUPS)[number];

export const FACETS = [
  { id: 'type', field: 'spec.type', label: 'Type' },
  { id: 'lifecycle', field: 'spec.lifecycle', label: 'Lifecycle' },
  { id: 'owner', field: 'relations.ownedBy', label: 'Owner' },
  { id: 'partOf', field: 'relations.partOf', label: 'Part of' },
  { id: 'memberOf', field: 'relations.memberOf', label: 'Member of' },
  { id: 'tag', field: 'metadata.tags', label: 'Tag' },
  { id: 'namespace', field: 'metadata.namespace', label: 'Namespace' },
  { id: 'orphan', field: 'metadata.annotations.backstage.io/orphan', label: 'Orphan' },
] as const;

export type FacetId = (typeof FACETS)[number]['id'];

export const facetField = (id: FacetId): string => FACETS.find((facet) => facet.id === id)?.field ?? id;

export type CatalogSearch = {
  kind?: string | undefined;
  scope?: Scope | undefined;
  q?: string | undefined;
  sort?: string | undefined;
  dir?: 'desc' | undefined;
  group?: GroupBy | undefined;
  cols?: string[] | undefined;
} & { [id in FacetId]?: string[] | undefined };

export const DEFAULT_KIND = 'component';
export const ALL_KINDS = 'all';

/** Reads an address; whatever it does not understand is left out. */
export function readCatalogSearch(raw: Record<string, unknown>): CatalogSearch {
  const search: CatalogSearch = {
    kind: one(raw.kind)?.toLowerCase(),
    scope: oneOf(raw.scope, SCOPES),
    q: one(raw.q),
    sort: one(raw.sort),
    dir: oneOf(raw.dir, ['desc'] as const),
    group: oneOf(raw.group, GROUPS),
    cols: list(raw.cols),
  };
  for (const facet of FACETS) search[facet.id] = list(raw[facet.id]);
  if (search.kind === DEFAULT_KIND) search.kind = undefined;
  if (search.scope === 'all') search.scope = undefined;
  return search;
}

export type Mine = { owned: readonly string[]; starred: readonly string[] };

function starredPredicate(refs: readonly string[]): Predicate {
  const parts = refs.flatMap((text): Predicate[] => {
    const ref = parseRef(text);
    return ref ? [{ kind: ref.kind, 'metadata.namespace': ref.namespace, 'metadata.name': ref.name }] : [];
  });
  return { $any: parts };
}

/** The part of the predicate that owned and starred make. */
export function scopePredicate(scope: Scope | undefined, mine: Mine): Predicate | undefined {
  if (scope === 'owned') return { 'relations.ownedBy': { $in: [...mine.owned] } };
  if (scope === 'starred') return starredPredicate(mine.starred);
  return undefined;
}

/** Everything that the address asks for except the text; `without` leaves one filter out. */
export function predicateOf(
  search: CatalogSearch,
  mine: Mine,
  without?: FacetId | 'scope' | 'kind',
): Predicate {
  const kind = search.kind ?? DEFAULT_KIND;
  return all(
    kind === ALL_KINDS || without === 'kind' ? undefined : { kind },
    without === 'scope' ? undefined : scopePredicate(search.scope, mine),
    ...FACETS.map((facet) => (facet.id === without ? undefined : anyOf(facet.field, search[facet.id] ?? []))),
  );
}

/** The facets that hold a choice. */
export function chosenFacets(search: CatalogSearch): FacetId[] {
  return FACETS.filter((facet) => (search[facet.id]?.length ?? 0) > 0).map((facet) => facet.id);
}

/** How many filters narrow the list, apart from the kind. */
export function filterCount(search: CatalogSearch): number {
  return chosenFacets(search).length + (search.q ? 1 : 0) + (search.scope ? 1 : 0);
}

/** The same address without any filter; kind, order and columns stay. */
export function cleared(search: CatalogSearch): CatalogSearch {
  const { kind, sort, dir, group, cols } = search;
  return { kind, sort, dir, group, cols };
}

/** Adds a value to a facet, or takes it out. */
export function toggled(search: CatalogSearch, id: FacetId, value: string): CatalogSearch {
  const before = search[id] ?? [];
  const after = before.includes(value) ? before.filter((each) => each !== value) : [...before, value];
  return { ...search, [id]: after.length > 0 ? after : undefined };
}
