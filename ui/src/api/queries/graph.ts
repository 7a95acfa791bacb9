// The neighbourhood of an entity, level by level, bounded in depth and size.

import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Entity } from '../catalog';
import { fetchByRefs } from './entities';

export const GRAPH_FIELDS = [
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.title',
  'metadata.description',
  'spec.type',
  'spec.profile',
  'spec.owner',
  'spec.lifecycle',
  'status.items',
  'relations',
];

export type GraphNode = { ref: string; entity: Entity | null; level: number };
export type GraphEdge = { from: string; to: string; type: string };
export type Graph = {
  nodes: GraphNode[];
  edges: GraphEdge[];
  /** How many neighbours were left out because the limit was reached. */
  left: number;
};

export type GraphLimits = {
  depth: number;
  most: number;
  /** Relation types in their forward form; undefined means all. */
  relations: readonly string[] | undefined;
  /** Kinds in lower case; undefined means all. The root is always there. */
  kinds: readonly string[] | undefined;
  /**
   * `flow` goes on in the direction it came: what is needed needs, and what needs is needed by. It leaves out the
   * siblings that merely share a system or a database. `all` follows every relation.
   */
  reach: 'flow' | 'all';
};

/** Each inverse and the forward relation that says the same from the other side. */
const FORWARD: Record<string, string> = {
  ownerOf: 'ownedBy',
  hasPart: 'partOf',
  apiProvidedBy: 'providesApi',
  apiConsumedBy: 'consumesApi',
  dependencyOf: 'dependsOn',
  hasMember: 'memberOf',
  parentOf: 'childOf',
};

/** The edge that a relation stands for, always in its forward direction. */
export function edgeOf(source: string, type: string, target: string): GraphEdge {
  const forward = FORWARD[type];
  return forward ? { from: target, to: source, type: forward } : { from: source, to: target, type };
}

const kindOf = (ref: string) => ref.slice(0, ref.indexOf(':'));

type Way = 'out' | 'in';

/** Walks out from `root`. `read` answers a list of references in order, null where there is no entity. */
export async function walk(
  root: string,
  limits: GraphLimits,
  read: (refs: string[]) => Promise<(Entity | null)[]>,
): Promise<Graph> {
  const nodes = new Map<string, GraphNode>([[root, { ref: root, entity: null, level: 0 }]]);
  const edges = new Map<string, GraphEdge>();
  const ways = new Map<string, Set<Way>>([[root, new Set<Way>(['out', 'in'])]]);
  const leftOut = new Set<string>();

  const wanted = (edge: GraphEdge, target: string) =>
    (!limits.relations || limits.relations.includes(edge.type)) &&
    (!limits.kinds || target === root || limits.kinds.includes(kindOf(target)));

  let level = [root];
  for (let depth = 0; level.length > 0 && depth <= limits.depth; depth += 1) {
    const entities = await read(level);
    const next: string[] = [];
    level.forEach((ref, index) => {
      const entity = entities[index] ?? null;
      nodes.set(ref, { ref, entity, level: depth });
      for (const relation of entity?.relations ?? []) {
        const target = relation.targetRef.toLowerCase();
        const edge = edgeOf(ref, relation.type, target);
        if (!wanted(edge, target)) continue;
        const way: Way = edge.from === ref ? 'out' : 'in';
        if (!nodes.has(target)) {
          const goesOn = limits.reach === 'all' || ways.get(ref)?.has(way);
          if (depth === limits.depth || !goesOn) continue;
          if (nodes.size >= limits.most) {
            leftOut.add(target);
            continue;
          }
          nodes.set(target, { ref: target, entity: null, level: depth + 1 });
          next.push(target);
        }
        if (ways.get(ref)?.has(way)) ways.set(target, (ways.get(target) ?? new Set<Way>()).add(way));
        edges.set(`${edge.from} ${edge.type} ${edge.to}`, edge);
      }
    });
    level = next;
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()], left: leftOut.size };
}

export const entityGraph = (root: string, limits: GraphLimits) =>
  queryOptions({
    queryKey: ['catalog', 'graph', root, limits],
    queryFn: ({ signal }) => walk(root, limits, (refs) => fetchByRefs(refs, GRAPH_FIELDS, signal)),
    staleTime: 10_000,
    placeholderData: keepPreviousData,
  });
