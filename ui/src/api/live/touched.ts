// Which of the answers at hand a change makes old.

import type { Query } from '@tanstack/react-query';

type Graphlike = { nodes?: { ref: string }[] };

/** About one entity, by its reference in the key. */
const OF_ONE = new Set(['entity', 'ancestry', 'history', 'latest-changes', 'card', 'location-by-entity']);

/** About several, by their references in the key or in the answer. */
const OF_MANY = new Set(['by-refs', 'names', 'graph', 'path', 'dependencies']);

function refsOf(query: Pick<Query, 'queryKey'>, data: unknown): string[] {
  const [, what, subject] = query.queryKey;
  if (what === 'by-refs' || what === 'names') return Array.isArray(subject) ? (subject as string[]) : [];
  if (what === 'dependencies') {
    const items = (data as { items?: { ref: string }[] } | undefined)?.items ?? [];
    return [String(subject), ...items.map((item) => item.ref)];
  }
  if (what === 'graph' || what === 'path') {
    const nodes = (data as Graphlike | undefined)?.nodes?.map((node) => node.ref) ?? [];
    return typeof subject === 'string' ? [subject, ...nodes] : nodes;
  }
  return typeof subject === 'string' ? [subject] : [];
}

/** True if the answer of a query may be another one after these entities changed. */
export function touched(
  query: Pick<Query, 'queryKey'> & { state: { data: unknown } },
  refs: ReadonlySet<string>,
): boolean {
  const [area, what] = query.queryKey;
  if (area !== 'catalog' || typeof what !== 'string') return false;
  const ofSome = OF_ONE.has(what) || OF_MANY.has(what);
  // Lists, counts and facets: any entity may have come into them or left them.
  if (!ofSome) return true;
  return refsOf(query, query.state.data).some((ref) => refs.has(ref));
}
