// Entities that failed, or that wait for their first processing.

import { queryOptions } from '@tanstack/react-query';
import { catalog, type UnprocessedEntity, unwrap } from '../catalog';

export const unprocessed = (type: 'failed' | 'pending') =>
  queryOptions({
    queryKey: ['catalog', 'unprocessed', type],
    queryFn: async ({ signal }): Promise<UnprocessedEntity[]> =>
      (await unwrap(catalog.GET(`/entities/unprocessed/${type}`, { signal }))).entities,
  });

export async function forgetUnprocessed(entityId: string): Promise<void> {
  await unwrap(
    catalog.DELETE('/entities/unprocessed/delete/{entity_id}', {
      params: { path: { entity_id: entityId } },
    }),
  );
}
