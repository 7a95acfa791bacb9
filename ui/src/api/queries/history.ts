// What changed, when and why.

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
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

/** The newest few changes of one entity; none if its history is not there. */
export const latestChanges = (kind: string, namespace: string, name: string, limit: number) =>
  queryOptions({
    queryKey: ['catalog', 'latest-changes', `${kind}:${namespace}/${name}`.toLowerCase(), limit],
    queryFn: async ({ signal }) =>
      (
        await unwrap(
          catalog.GET('/entities/by-name/{kind}/{namespace}/{name}/history', {
            params: { path: { kind, namespace, name }, query: { limit } },
            signal,
          }),
        )
      ).items,
    staleTime: 30_000,
    retry: false,
  });
