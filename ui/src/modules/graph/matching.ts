// Finding in the graph.

import type { Graph } from '@/api/queries/graph';
import { displayName } from '@/modules/entity/entity';

/** The nodes whose name or title holds the text. */
export function matching(graph: Graph, text: string | undefined): Set<string> {
  const wanted = text?.trim().toLowerCase();
  if (!wanted) return new Set();
  return new Set(
    graph.nodes
      .filter(({ ref, entity }) =>
        `${ref} ${entity ? displayName(entity) : ''}`.toLowerCase().includes(wanted),
      )
      .map(({ ref }) => ref),
  );
}
