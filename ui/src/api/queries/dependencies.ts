// What an entity needs, and what needs it, step by step.

import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Entity } from '../catalog';
import { fetchByRefs } from './entities';
import { GRAPH_FIELDS } from './graph';

export type Way = 'needs' | 'neededBy';

/**
 * Relations that say what stops working with what. Who consumes an API needs it, and an API needs who provides it: that
 * is how a consumer comes to need the provider.
 */
export const NEED_RELATIONS: Record<Way, readonly string[]> = {
  needs: ['dependsOn', 'consumesApi', 'apiProvidedBy'],
  neededBy: ['dependencyOf', 'apiConsumedBy', 'providesApi'],
};

const OF_ITSELF = new Set(['providesApi', 'apiProvidedBy']);

export type Dependency = {
  ref: string;
  entity: Entity | null;
  /** Steps from the root; 1 is a relation of its own. */
  level: number;
  /** The entity one step nearer to the root. */
  via: string;
};

export type Dependencies = { items: Dependency[]; left: number };

const MOST = 500;

/** Follows one way from `root`, nearest first; an entity that is reached twice stands where it is nearest. */
export async function follow(
  root: string,
  way: Way,
  depth: number,
  read: (refs: string[]) => Promise<(Entity | null)[]>,
  most = MOST,
): Promise<Dependencies> {
  const found = new Map<string, Dependency>();
  let left = 0;
  const [start] = await read([root]);
  // What it provides, or who provides it, stands for the entity itself: whoever uses its API needs it directly.
  const itself = (start?.relations ?? [])
    .filter((relation) => OF_ITSELF.has(relation.type))
    .map((relation) => relation.targetRef.toLowerCase());
  let level = [root, ...new Set(itself)];
  let entities = [start ?? null, ...(level.length > 1 ? await read(level.slice(1)) : [])];
  const self = new Set(level);
  for (let step = 1; step <= depth && level.length > 0; step += 1) {
    const next: Dependency[] = [];
    level.forEach((ref, index) => {
      for (const relation of entities[index]?.relations ?? []) {
        if (!NEED_RELATIONS[way].includes(relation.type)) continue;
        const target = relation.targetRef.toLowerCase();
        if (self.has(target) || found.has(target)) continue;
        if (found.size >= most) {
          left += 1;
          continue;
        }
        const dependency = { ref: target, entity: null, level: step, via: ref };
        found.set(target, dependency);
        next.push(dependency);
      }
    });
    level = next.map((dependency) => dependency.ref);
    entities = level.length > 0 ? await read(level) : [];
    next.forEach((dependency, index) => {
      dependency.entity = entities[index] ?? null;
    });
  }
  return { items: [...found.values()], left };
}

export const dependencies = (root: string, way: Way, depth: number) =>
  queryOptions({
    queryKey: ['catalog', 'dependencies', root, way, depth],
    queryFn: ({ signal }) => follow(root, way, depth, (refs) => fetchByRefs(refs, GRAPH_FIELDS, signal)),
    staleTime: 10_000,
    placeholderData: keepPreviousData,
  });
