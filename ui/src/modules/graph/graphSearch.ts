// What the graph shows, as it stands in the address.

import { list, one, oneOf, whole } from '@/app/search';

export const DIRECTIONS = ['LR', 'TB'] as const;
export type Direction = (typeof DIRECTIONS)[number];
export const MAX_DEPTH = 6;

export type GraphSearch = {
  root?: string | undefined;
  depth?: number | undefined;
  kinds?: string[] | undefined;
  relations?: string[] | undefined;
  dir?: Direction | undefined;
  reach?: 'all' | undefined;
  find?: string | undefined;
  table?: 'yes' | undefined;
  /** Boxes round the parts of each system. */
  group?: 'system' | undefined;
  labels?: 'yes' | undefined;
  /** Only what hangs together with this node stands out. */
  focus?: string | undefined;
  /** The end of a path that starts at the root. */
  to?: string | undefined;
};

export function readGraphSearch(raw: Record<string, unknown>): GraphSearch {
  return {
    root: one(raw.root) ?? one(raw['rootEntityRefs[]']),
    depth: whole(raw.depth, 1, MAX_DEPTH),
    kinds: list(raw.kinds),
    relations: list(raw.relations),
    dir: oneOf(raw.dir, DIRECTIONS),
    reach: oneOf(raw.reach, ['all'] as const),
    find: one(raw.find),
    table: oneOf(raw.table, ['yes'] as const),
    group: oneOf(raw.group, ['system'] as const),
    labels: oneOf(raw.labels, ['yes'] as const),
    focus: one(raw.focus)?.toLowerCase(),
    to: one(raw.to)?.toLowerCase(),
  };
}
