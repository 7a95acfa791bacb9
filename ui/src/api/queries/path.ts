// The shortest way from one entity to another over their relations: searched from both ends at once, level by level.

import { queryOptions } from '@tanstack/react-query';
import type { Entity } from '../catalog';
import { NEED_RELATIONS, type Way } from './dependencies';
import { fetchByRefs } from './entities';
import { edgeOf, GRAPH_FIELDS, type Graph, type GraphEdge, type GraphNode } from './graph';

/** Entities that are looked at before the search gives up. */
const MOST_SEEN = 4_000;
const MOST_STEPS = 16;
const WAYS = ['needs', 'neededBy'] as const;

export type Path = Graph & {
  /** References from the start to the end; empty if there is no way. */
  steps: string[];
  /** True if the search gave up before it had seen everything. */
  gaveUp: boolean;
};

type Side = {
  /** The relations that lead on without turning round: what the start needs, what needs the end. */
  way: Way;
  parents: Map<string, string | undefined>;
  edge: string[];
};

type Read = (refs: string[]) => Promise<(Entity | null)[]>;

/** `relations` are types in their forward form; undefined means all. */
export async function shortestPath(
  from: string,
  to: string,
  relations: readonly string[] | undefined,
  read: Read,
): Promise<Path> {
  const known = new Map<string, Entity | null>();
  const edges = new Map<string, GraphEdge>();
  const start: Side = { way: 'needs', parents: new Map([[from, undefined]]), edge: [from] };
  const end: Side = { way: 'neededBy', parents: new Map([[to, undefined]]), edge: [to] };
  let meeting = from === to ? from : undefined;
  let gaveUp = false;

  const load = async (refs: string[]) => {
    const missing = refs.filter((ref) => !known.has(ref));
    const entities = missing.length > 0 ? await read(missing) : [];
    missing.forEach((ref, index) => {
      known.set(ref, entities[index] ?? null);
    });
  };
  const neighbours = (ref: string): { target: string; on: Way | undefined }[] =>
    (known.get(ref)?.relations ?? []).flatMap((relation) => {
      const target = relation.targetRef.toLowerCase();
      const edge = edgeOf(ref, relation.type, target);
      if (relations && !relations.includes(edge.type)) return [];
      edges.set(`${edge.from} ${edge.type} ${edge.to}`, edge);
      return [{ target, on: WAYS.find((way) => NEED_RELATIONS[way].includes(relation.type)) }];
    });
  /** One level on. Answers where it met the other side. */
  const widen = async (side: Side, other: Side): Promise<string | undefined> => {
    await load(side.edge);
    const next: string[] = [];
    // Of several ways of one length, the one that goes from what needs to what is needed says most.
    for (const straight of [true, false]) {
      for (const ref of side.edge) {
        for (const { target, on } of neighbours(ref)) {
          if ((on === side.way) !== straight || side.parents.has(target)) continue;
          side.parents.set(target, ref);
          if (other.parents.has(target)) return target;
          next.push(target);
        }
      }
    }
    side.edge = next;
    return undefined;
  };

  for (let step = 0; meeting === undefined && step < MOST_STEPS; step += 1) {
    // The smaller side is widened: hubs such as a large group stay on the other one as long as they can.
    const [side, other] = start.edge.length <= end.edge.length ? [start, end] : [end, start];
    if (side.edge.length === 0) break;
    if (known.size + side.edge.length > MOST_SEEN) {
      gaveUp = true;
      break;
    }
    meeting = await widen(side, other);
    if (meeting === undefined && step === MOST_STEPS - 1) gaveUp = true;
  }

  const steps = meeting === undefined ? [] : joined(start, end, meeting);
  await load(steps.length > 0 ? steps : [from, to]);
  const nodes = (steps.length > 0 ? steps : [from, to]).map(
    (ref, level): GraphNode => ({ ref, entity: known.get(ref) ?? null, level }),
  );
  const consecutive = new Set(
    steps.slice(1).flatMap((ref, at) => [`${steps[at]} ${ref}`, `${ref} ${steps[at]}`]),
  );
  for (const ref of steps) neighbours(ref);
  return {
    nodes,
    edges: [...edges.values()].filter((edge) => consecutive.has(`${edge.from} ${edge.to}`)),
    left: 0,
    steps,
    gaveUp,
  };
}

function chain(side: Side, from: string): string[] {
  const refs: string[] = [];
  for (let ref: string | undefined = from; ref !== undefined; ref = side.parents.get(ref)) refs.push(ref);
  return refs;
}

function joined(start: Side, end: Side, meeting: string): string[] {
  return [...chain(start, meeting).reverse(), ...chain(end, meeting).slice(1)];
}

export const entityPath = (from: string, to: string, relations: readonly string[] | undefined) =>
  queryOptions({
    queryKey: ['catalog', 'path', from, to, relations],
    queryFn: ({ signal }) =>
      shortestPath(from, to, relations, (refs) => fetchByRefs(refs, GRAPH_FIELDS, signal)),
    staleTime: 10_000,
  });
