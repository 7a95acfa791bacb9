// The few facts that a reference to an entity shows. References on a page are gathered and asked for in one call.

import { queryOptions } from '@tanstack/react-query';
import type { Entity } from '../catalog';
import { fetchByRefs } from './entities';

const CARD_FIELDS = [
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.title',
  'metadata.description',
  'spec.type',
  'spec.lifecycle',
  'spec.owner',
  'spec.profile',
];

type Waiting = { resolve: (entity: Entity | null) => void; reject: (error: unknown) => void };

const GATHER_MS = 8;
let waiting = new Map<string, Waiting[]>();

async function flush(): Promise<void> {
  const batch = waiting;
  waiting = new Map();
  const refs = [...batch.keys()];
  try {
    const entities = await fetchByRefs(refs, CARD_FIELDS);
    refs.forEach((ref, index) => {
      for (const each of batch.get(ref) ?? []) each.resolve(entities[index] ?? null);
    });
  } catch (error) {
    for (const each of [...batch.values()].flat()) each.reject(error);
  }
}

function load(ref: string): Promise<Entity | null> {
  return new Promise((resolve, reject) => {
    if (waiting.size === 0) setTimeout(() => void flush(), GATHER_MS);
    const others = waiting.get(ref);
    if (others) others.push({ resolve, reject });
    else waiting.set(ref, [{ resolve, reject }]);
  });
}

/** The same facts for many references at once, by reference; for lists that show hundreds. */
export const entityNames = (refs: string[]) =>
  queryOptions({
    queryKey: ['catalog', 'names', refs],
    queryFn: async ({ signal, client }) => {
      const entities = await fetchByRefs(refs, CARD_FIELDS, signal);
      const names = new Map(refs.map((ref, index) => [ref, entities[index] ?? null]));
      for (const [ref, entity] of names) client.setQueryData(['catalog', 'card', ref], entity);
      return names;
    },
    enabled: refs.length > 0,
    staleTime: 60_000,
  });

/** The facts about one entity, or null if the catalog does not have it. */
export const entityCard = (ref: string) =>
  queryOptions({
    queryKey: ['catalog', 'card', ref],
    queryFn: () => load(ref),
    staleTime: 60_000,
    retry: false,
  });
