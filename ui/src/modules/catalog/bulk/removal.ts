// What goes when these entities are unregistered: whole locations with everything they bring, and single entities whose
// source is not a registered location.

import type { CatalogLocation, Entity } from '@/api/catalog';
import { annotation } from '@/modules/entity/entity';
import { refText } from '@/modules/entity/ref';

export const ORIGIN = 'backstage.io/managed-by-origin-location';

export type Removal = {
  /** Locations to unregister, each with all that it brings. */
  locations: { id: string; target: string; entities: Entity[] }[];
  /** Entities without a registered location. They come back unless their source is changed too. */
  single: Entity[];
  /** What goes along although it was not selected. */
  along: Entity[];
};

/** The origin of an entity, as a registered location is written: `url:https://…`. */
export const originOf = (entity: Entity): string | undefined => annotation(entity, ORIGIN);

/** The origins that are registered locations. */
export function registeredOrigins(selected: Entity[], locations: CatalogLocation[]): string[] {
  const registered = new Set(locations.map(({ type, target }) => `${type}:${target}`));
  const origins = selected.flatMap((entity) => originOf(entity) ?? []);
  return [...new Set(origins)].filter((origin) => registered.has(origin));
}

/** The entity that stands for a registered location itself; it says nothing that the location does not say. */
const isGenerated = (entity: Entity) =>
  entity.kind.toLowerCase() === 'location' && entity.metadata.name.startsWith('generated-');

/** `found` are all entities whose origin is one of the registered origins. */
export function planRemoval(selected: Entity[], locations: CatalogLocation[], found: Entity[]): Removal {
  const brought = found.filter((entity) => !isGenerated(entity));
  const origins = new Set(registeredOrigins(selected, locations));
  const chosen = new Set(selected.map(refText));
  return {
    locations: locations
      .filter(({ type, target }) => origins.has(`${type}:${target}`))
      .map(({ id, type, target }) => ({
        id,
        target,
        entities: brought.filter((entity) => originOf(entity) === `${type}:${target}`),
      })),
    single: selected.filter((entity) => !origins.has(originOf(entity) ?? '')),
    along: brought.filter((entity) => !chosen.has(refText(entity))),
  };
}
