// Registered locations: list, look before registering, register, unregister.

import { queryOptions } from '@tanstack/react-query';
import { type CatalogLocation, catalog, unwrap } from '../catalog';
import { isStatus } from '../error';

export const locations = () =>
  queryOptions({
    queryKey: ['catalog', 'locations'],
    queryFn: async ({ signal }): Promise<CatalogLocation[]> =>
      (await unwrap(catalog.GET('/locations', { signal }))).map((item) => item.data),
  });

/** The registered location that an entity comes from, or null if it comes from elsewhere. */
export const locationByEntity = (kind: string, namespace: string, name: string) =>
  queryOptions({
    queryKey: ['catalog', 'location-by-entity', `${kind}:${namespace}/${name}`.toLowerCase()],
    queryFn: async ({ signal }): Promise<CatalogLocation | null> => {
      try {
        return await unwrap(
          catalog.GET('/locations/by-entity/{kind}/{namespace}/{name}', {
            params: { path: { kind, namespace, name } },
            signal,
          }),
        );
      } catch (error) {
        if (isStatus(error, 404)) return null;
        throw error;
      }
    },
  });

export function analyzeLocation(target: string) {
  return unwrap(catalog.POST('/analyze-location', { body: { location: { type: 'url', target } } }));
}

/** What registering would bring; nothing is stored. */
export function previewLocation(target: string) {
  return unwrap(
    catalog.POST('/locations', { params: { query: { dryRun: 'true' } }, body: { type: 'url', target } }),
  );
}

export function registerLocation(target: string) {
  return unwrap(catalog.POST('/locations', { body: { type: 'url', target } }));
}

export async function unregisterLocation(id: string): Promise<void> {
  await unwrap(catalog.DELETE('/locations/{id}', { params: { path: { id } } }));
}
