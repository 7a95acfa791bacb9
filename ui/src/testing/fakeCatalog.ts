// A catalog of a few entities that answers as the server does: predicates, order, pages by offset and cursor, facets.

import { HttpResponse, http } from 'msw';
import type { Entity } from '@/api/catalog';
import { refText } from '@/modules/entity/ref';
import { CATALOG } from './server';

type Json = Record<string, unknown>;

/** The values of an entity under a search key, in lower case. */
function values(entity: Entity, key: string): string[] {
  if (key.startsWith('relations.')) {
    const type = key.slice('relations.'.length);
    return (entity.relations ?? []).filter((each) => each.type === type).map((each) => each.targetRef);
  }
  let current: unknown = entity;
  for (const part of key.split('.')) current = (current as Json | undefined)?.[part];
  const found = Array.isArray(current) ? current : [current];
  return found.filter((each) => each !== undefined).map((each) => String(each).toLowerCase());
}

function holds(entity: Entity, query: Json): boolean {
  return Object.entries(query).every(([key, wanted]) => {
    if (key === '$all') return (wanted as Json[]).every((each) => holds(entity, each));
    if (key === '$any') return (wanted as Json[]).some((each) => holds(entity, each));
    if (key === '$not') return !holds(entity, wanted as Json);
    const have = values(entity, key);
    if (typeof wanted === 'object' && wanted !== null) {
      if ('$exists' in wanted) return have.length > 0 === wanted.$exists;
      if ('$in' in wanted) return (wanted.$in as string[]).some((each) => have.includes(each.toLowerCase()));
    }
    return have.includes(String(wanted).toLowerCase());
  });
}

type Body = {
  cursor?: string;
  query?: Json;
  limit?: number;
  offset?: number;
  orderBy?: { field: string; order: string }[];
  fullTextFilter?: { term: string; fields: string[] };
};

function holdsText(entity: Entity, filter: Body['fullTextFilter']): boolean {
  if (!filter) return true;
  const term = filter.term.toLowerCase();
  return filter.fields.some((field) => values(entity, field).some((value) => value.includes(term)));
}

export type Seen = { pages: Body[] };

/** Handlers for the catalog's routes; `seen` collects the bodies of page requests. */
export function fakeCatalog(entities: Entity[], seen: Seen = { pages: [] }) {
  return [
    http.post(`${CATALOG}/entities/by-query`, async ({ request }) => {
      const sent = (await request.json()) as Body;
      seen.pages.push(sent);
      const body: Body = sent.cursor ? { ...(JSON.parse(atob(sent.cursor)) as Body), ...sent } : sent;
      const { query = {}, limit = 20, offset = 0, orderBy: [order] = [], fullTextFilter } = body;
      let found = entities.filter((entity) => holds(entity, query) && holdsText(entity, fullTextFilter));
      if (order) {
        const key = (entity: Entity) => values(entity, order.field)[0] ?? '';
        found = found
          .filter((entity) => values(entity, order.field).length > 0)
          .sort((a, b) => key(a).localeCompare(key(b)) * (order.order === 'desc' ? -1 : 1));
      }
      const end = offset + limit;
      const next = { ...body, cursor: undefined, offset: end };
      return HttpResponse.json({
        items: found.slice(offset, end),
        totalItems: found.length,
        pageInfo: end < found.length && limit > 0 ? { nextCursor: btoa(JSON.stringify(next)) } : {},
      });
    }),
    http.post(`${CATALOG}/entity-facets`, async ({ request }) => {
      const body = (await request.json()) as { facets: string[] } & Body;
      const { facets, query = {}, fullTextFilter } = body;
      const found = entities.filter((entity) => holds(entity, query) && holdsText(entity, fullTextFilter));
      const counted = facets.map((facet) => {
        const counts = new Map<string, number>();
        for (const value of found.flatMap((entity) => values(entity, facet))) {
          counts.set(value, (counts.get(value) ?? 0) + 1);
        }
        return [facet, [...counts].map(([value, count]) => ({ value, count }))];
      });
      return HttpResponse.json({ facets: Object.fromEntries(counted) });
    }),
    http.post(`${CATALOG}/entities/by-refs`, async ({ request }) => {
      const { entityRefs } = (await request.json()) as { entityRefs: string[] };
      return HttpResponse.json({
        items: entityRefs.map((ref) => entities.find((entity) => refText(entity) === ref) ?? null),
      });
    }),
    http.get(`${CATALOG}/entities/by-name/:kind/:namespace/:name`, ({ params }) => {
      const ref = `${params.kind}:${params.namespace}/${params.name}`.toLowerCase();
      const found = entities.find((entity) => refText(entity) === ref);
      if (found) return HttpResponse.json(found);
      return HttpResponse.json(
        { error: { name: 'NotFoundError', message: `No entity ${ref}` }, response: { statusCode: 404 } },
        { status: 404 },
      );
    }),
    http.get(`${CATALOG}/entities/by-name/:kind/:namespace/:name/ancestry`, ({ params }) => {
      const ref = `${params.kind}:${params.namespace}/${params.name}`.toLowerCase();
      const entity = entities.find((each) => refText(each) === ref);
      return HttpResponse.json({
        rootEntityRef: ref,
        items: entity ? [{ entity, parentEntityRefs: [] }] : [],
      });
    }),
    http.get(`${window.location.origin}/api/user-settings/buckets/:bucket/keys/:key`, () =>
      HttpResponse.json(
        { error: { name: 'NotFoundError', message: 'Not set' }, response: { statusCode: 404 } },
        { status: 404 },
      ),
    ),
  ];
}

/** A small component, as the catalog answers it. */
export function component(name: string, spec: Json = {}, more: Partial<Entity> = {}): Entity {
  const owner = String(spec.owner ?? 'team-a');
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name, namespace: 'default', uid: `uid-${name}`, ...more.metadata },
    spec: { type: 'service', lifecycle: 'production', owner, ...spec },
    relations: more.relations ?? [{ type: 'ownedBy', targetRef: `group:default/${owner}` }],
    ...(more.status ? { status: more.status } : {}),
  };
}
