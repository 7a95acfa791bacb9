// Which nodes belong to which system, and what is drawn when each system is a box round its parts.

import type { Graph } from '@/api/queries/graph';
import { related } from '@/modules/entity/entity';
import { formatRef } from '@/modules/entity/ref';

/** Members of each system, by the system's reference. */
export type Groups = ReadonlyMap<string, string[]>;

export function systemsOf(graph: Graph): Groups {
  const groups = new Map<string, string[]>();
  for (const { ref, entity } of graph.nodes) {
    if (!entity || ref.startsWith('system:')) continue;
    const system = related(entity, 'partOf').find((each) => each.kind.toLowerCase() === 'system');
    if (!system) continue;
    const key = formatRef(system);
    groups.set(key, [...(groups.get(key) ?? []), ref]);
  }
  return groups;
}

/**
 * The graph without what the boxes say already: relations of a part to its own system, and systems that nothing else
 * leads to. `root` always stays.
 */
export function withoutBoxes(graph: Graph, groups: Groups, root: string): Graph {
  const edges = graph.edges.filter(
    (edge) => !(edge.type === 'partOf' && groups.get(edge.to)?.includes(edge.from)),
  );
  const used = new Set(edges.flatMap((edge) => [edge.from, edge.to]));
  const nodes = graph.nodes.filter(({ ref }) => ref === root || used.has(ref) || !groups.has(ref));
  return { ...graph, nodes, edges };
}
