// What changed, when and why.

import { infiniteQueryOptions } from '@tanstack/react-query';
import { catalog, unwrap } from '../catalog';

const PAGE = 50;

export const entityHistory = (kind: string, namespace: string, name: string) =>
  infiniteQueryOptions({
    queryKey: ['catalog', 'history', `${kind}:${namespace}/${name}`.toLowerCase()],
    queryFn: ({ signal, pageParam }) =>
      unwrap(
        catalog.GET('/entities/by-name/{kind}/{namespace}/{name}/history', {
          params: {
            path: { kind, namespace, name },
            query: { limit: PAGE, ...(pageParam === undefined ? {} : { before: pageParam }) },
          },
          signal,
        }),
      ),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
