import { QueryClient } from '@tanstack/react-query';
import { HttpResponse, http } from 'msw';
import { expect, it } from 'vitest';
import { CATALOG, server } from '@/testing/server';
import { facets } from './facets';

const counts = { facets: { kind: [{ value: 'Component', count: 3 }] } };

it('counts within the text', async () => {
  let asked: unknown;
  server.use(
    http.post(`${CATALOG}/entity-facets`, async ({ request }) => {
      asked = await request.json();
      return HttpResponse.json(counts);
    }),
  );
  await new QueryClient().fetchQuery(facets(['kind'], {}, 'web'));
  expect(asked).toMatchObject({ facets: ['kind'], fullTextFilter: { term: 'web' } });
});

it('still counts where the server knows no text in facets', async () => {
  server.use(
    http.post(`${CATALOG}/entity-facets`, async ({ request }) => {
      const body = (await request.json()) as { fullTextFilter?: unknown };
      return body.fullTextFilter
        ? HttpResponse.json({ error: { name: 'InputError', message: 'Unknown key' } }, { status: 400 })
        : HttpResponse.json(counts);
    }),
  );
  expect(await new QueryClient().fetchQuery(facets(['kind'], {}, 'web'))).toEqual(counts.facets);
});
