import { HttpResponse, http } from 'msw';
import { describe, expect, it } from 'vitest';
import { ApiError } from '@/api/error';
import { component, fakeCatalog, type Seen } from '@/testing/fakeCatalog';
import { CATALOG, server } from '@/testing/server';
import { fetchAll, fetchByRefs, fetchPage } from './entities';

const many = Array.from({ length: 1_234 }, (_, index) =>
  component(`service-${String(index).padStart(4, '0')}`),
);

describe('reading everything', () => {
  it('follows cursors to the end, each entity once', async () => {
    const seen: Seen = { pages: [] };
    server.use(...fakeCatalog(many, seen));
    const items = await fetchAll({ query: { kind: 'component' } }, { most: 50_000 });
    expect(items).toHaveLength(1_234);
    expect(new Set(items.map((item) => item.metadata.name)).size).toBe(1_234);
    expect(seen.pages).toHaveLength(3);
    expect(seen.pages[0]?.cursor).toBeUndefined();
    expect(seen.pages[1]?.query).toBeUndefined();
    expect(seen.pages[1]?.cursor).toBeDefined();
  });

  it('stops at the limit', async () => {
    server.use(...fakeCatalog(many));
    expect(await fetchAll({ query: {} }, { most: 700 })).toHaveLength(700);
  });
});

it('splits long lists of references and keeps their order', async () => {
  server.use(...fakeCatalog(many));
  const refs = many
    .map((entity) => `component:default/${entity.metadata.name}`)
    .concat('component:default/gone');
  const answers = await fetchByRefs(refs, undefined);
  expect(answers).toHaveLength(refs.length);
  expect(answers[700]?.metadata.name).toBe('service-0700');
  expect(answers.at(-1)).toBeNull();
});

it('carries the reason, the status and the request id of a refused request', async () => {
  server.use(
    http.post(`${CATALOG}/entities/by-query`, () =>
      HttpResponse.json(
        { error: { name: 'InputError', message: 'Unknown operator $near' }, response: { statusCode: 400 } },
        { status: 400, headers: { 'x-request-id': 'r-1' } },
      ),
    ),
  );
  const error = await fetchPage({ query: {} }, { limit: 1 }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({
    status: 400,
    code: 'InputError',
    message: 'Unknown operator $near',
    requestId: 'r-1',
  });
});
