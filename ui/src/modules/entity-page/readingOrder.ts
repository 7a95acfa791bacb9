// The members of an entity in the order in which people write them.

import type { Entity } from '@/api/catalog';

const ROOT = ['apiVersion', 'kind', 'metadata', 'spec', 'relations', 'status'];
const META = ['name', 'namespace', 'title', 'description', 'labels', 'annotations', 'tags', 'links'];

function ordered(value: Record<string, unknown>, first: string[]): Record<string, unknown> {
  const keys = Object.keys(value);
  const rest = keys.filter((key) => !first.includes(key)).sort();
  return Object.fromEntries(
    [...first.filter((key) => keys.includes(key)), ...rest].map((key) => [key, value[key]]),
  );
}

export function inReadingOrder(entity: Entity): Record<string, unknown> {
  return ordered({ ...entity, metadata: ordered(entity.metadata, META) }, ROOT);
}
