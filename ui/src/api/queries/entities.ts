// Reading entities: pages, single ones, by reference, and everything for an export.

import { queryOptions } from '@tanstack/react-query';
import { catalog, type Entity, unwrap } from '../catalog';
import { takeEarly } from '../early';
import { isStatus } from '../error';
import { type EntityQuery, type PageSlice, pageRequest, ROW_FIELDS } from './pageRequest';

type PageAnswer = { items: unknown[]; totalItems: number; pageInfo: { nextCursor?: string } };

export type EntityPage = { items: Entity[]; totalItems: number; nextCursor: string | undefined };

/** One page, at an offset or after a cursor. */
export async function fetchPage(
  query: EntityQuery,
  { signal, ...slice }: PageSlice & { signal?: AbortSignal },
): Promise<EntityPage> {
  const body = pageRequest(query, slice);
  const early = await takeEarly<PageAnswer>(JSON.stringify(body));
  const page = early ?? (await unwrap(catalog.POST('/entities/by-query', { body, signal: signal ?? null })));
  return { items: page.items as Entity[], totalItems: page.totalItems, nextCursor: page.pageInfo.nextCursor };
}

/** All entities that match, page after page by cursor, never more than `most`. */
export async function fetchAll(
  query: EntityQuery,
  { fields, most, signal }: { fields?: string[]; most: number; signal?: AbortSignal },
): Promise<Entity[]> {
  const items: Entity[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(500, most - items.length);
    const page = await fetchPage(query, {
      limit,
      cursor,
      ...(fields ? { fields } : {}),
      ...(signal ? { signal } : {}),
    });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor && items.length < most);
  return items;
}

export const entityPage = (query: EntityQuery, limit: number, offset: number) =>
  queryOptions({
    queryKey: ['catalog', 'page', query, limit, offset],
    queryFn: ({ signal }) => fetchPage(query, { limit, offset, fields: ROW_FIELDS, signal }),
    staleTime: 10_000,
  });

export const entityCount = (query: EntityQuery) =>
  queryOptions({
    queryKey: ['catalog', 'count', query],
    queryFn: async ({ signal }) => (await fetchPage(query, { limit: 0, signal })).totalItems,
    staleTime: 10_000,
  });

/** A short list, such as the members of a group or the parts of a system. */
export const entityList = (query: EntityQuery, most = 500, fields = ROW_FIELDS) =>
  queryOptions({
    queryKey: ['catalog', 'list', query, most, fields],
    queryFn: ({ signal }) => fetchAll(query, { most, fields, signal }),
    staleTime: 10_000,
  });

export const entityByName = (kind: string, namespace: string, name: string) =>
  queryOptions({
    queryKey: ['catalog', 'entity', `${kind}:${namespace}/${name}`.toLowerCase()],
    queryFn: ({ signal }) =>
      unwrap(
        catalog.GET('/entities/by-name/{kind}/{namespace}/{name}', {
          params: { path: { kind, namespace, name } },
          signal,
        }),
      ),
    retry: (count, error) => !isStatus(error, 404) && !isStatus(error, 403) && count < 2,
    staleTime: 5_000,
  });

export const entityAncestry = (kind: string, namespace: string, name: string) =>
  queryOptions({
    queryKey: ['catalog', 'ancestry', `${kind}:${namespace}/${name}`.toLowerCase()],
    queryFn: ({ signal }) =>
      unwrap(
        catalog.GET('/entities/by-name/{kind}/{namespace}/{name}/ancestry', {
          params: { path: { kind, namespace, name } },
          signal,
        }),
      ),
    staleTime: 10_000,
  });

/** Entities by reference, null where there is none; split so that no body grows over the server's limit. */
export async function fetchByRefs(
  refs: string[],
  fields: string[] | undefined,
  signal?: AbortSignal,
): Promise<(Entity | null)[]> {
  const chunks: string[][] = [];
  for (let start = 0; start < refs.length; start += 500) chunks.push(refs.slice(start, start + 500));
  const answers = await Promise.all(
    chunks.map((entityRefs) =>
      unwrap(
        catalog.POST('/entities/by-refs', {
          body: { entityRefs, ...(fields ? { fields } : {}) },
          signal: signal ?? null,
        }),
      ),
    ),
  );
  return answers.flatMap((answer) => answer.items as (Entity | null)[]);
}

export const entitiesByRefs = (refs: string[], fields = ROW_FIELDS) =>
  queryOptions({
    queryKey: ['catalog', 'by-refs', refs, fields],
    queryFn: ({ signal }) => fetchByRefs(refs, fields, signal),
    staleTime: 10_000,
  });

export async function refreshEntity(entityRef: string): Promise<void> {
  await unwrap(catalog.POST('/refresh', { body: { entityRef }, parseAs: 'text' }));
}

export async function deleteEntity(uid: string): Promise<void> {
  await unwrap(catalog.DELETE('/entities/by-uid/{uid}', { params: { path: { uid } } }));
}
