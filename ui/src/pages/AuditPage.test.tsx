import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { expect, it } from 'vitest';
import type { AuditEvent } from '@/api/queries/audit';
import { eventsToCsv } from '@/modules/audit/exportEvents';
import { fakeCatalog } from '@/testing/fakeCatalog';
import { fakeError } from '@/testing/fakeSession';
import { renderApp } from '@/testing/renderApp';
import { server } from '@/testing/server';

const AUDIT = `${window.location.origin}/api/audit`;

const event = (id: number, more: Partial<AuditEvent> = {}): AuditEvent => ({
  id,
  uuid: `uuid-${id}`,
  timestamp: '2026-11-25T14:31:07.123Z',
  plugin: 'catalog',
  eventId: 'location-mutate',
  severityLevel: 'medium',
  status: 'succeeded',
  actor: { actorId: 'user:default/ada', ip: '10.0.0.7' },
  request: { url: '/api/catalog/locations', method: 'POST' },
  ...more,
});

const FACETS = {
  plugin: [{ value: 'catalog', count: 2 }],
  eventId: [],
  actor: [],
  severity: [],
  status: [
    { value: 'failed', count: 1 },
    { value: 'succeeded', count: 1 },
  ],
};

/** The audit plugin with these events, newest first, in pages of two. */
function fakeAudit(events: AuditEvent[], seen: string[] = []) {
  return [
    ...fakeCatalog([]),
    http.get(`${AUDIT}/facets`, () => HttpResponse.json(FACETS)),
    http.get(`${AUDIT}/events`, ({ request }) => {
      const { search, searchParams } = new URL(request.url);
      if (request.headers.get('accept') === 'text/event-stream') return undefined;
      seen.push(search);
      const status = searchParams.getAll('status');
      const after = Number(searchParams.get('after') ?? Number.MAX_SAFE_INTEGER);
      const found = events.filter(
        (each) => each.id < after && (status.length === 0 || status.includes(each.status)),
      );
      const items = found.slice(0, 2);
      const next = found.length > 2 ? String(items.at(-1)?.id) : undefined;
      return HttpResponse.json({ items, next });
    }),
  ];
}

it('lists events, reads older ones as they come into sight, and opens one', async () => {
  server.use(
    ...fakeAudit([
      event(3),
      event(2, { eventId: 'user-sign-in' }),
      event(1, { status: 'failed', error: 'ConflictError: it exists' }),
    ]),
  );
  const { address } = renderApp('/audit');
  await screen.findByRole('button', { name: /user-sign-in/ });
  await userEvent.click(await screen.findByRole('button', { name: /failed/ }));
  const detail = await screen.findByRole('complementary', { name: 'Event location-mutate' });
  expect(within(detail).getByText('ConflictError: it exists')).toBeDefined();
  expect(address()).toBe('/audit?event=1');
});

it('puts filters into the address and asks the server with them', async () => {
  const seen: string[] = [];
  server.use(...fakeAudit([event(2), event(1, { status: 'failed' })], seen));
  const { address } = renderApp('/audit');
  await userEvent.click(await screen.findByRole('checkbox', { name: /failed/ }));
  await waitFor(() => expect(screen.queryByRole('button', { name: /succeeded/ })).toBeNull());
  expect(address()).toBe('/audit?status=failed');
  expect(seen.at(-1)).toBe('?limit=100&status=failed');
});

it('follows what comes, newest first, and goes on from where it was', async () => {
  const lastIds: (string | null)[] = [];
  const stream = (id: number) =>
    `id: ${id}\nevent: audit\ndata: ${JSON.stringify(event(id, { eventId: `live-${id}` }))}\n\n`;
  server.use(
    http.get(`${AUDIT}/events`, ({ request }) => {
      if (request.headers.get('accept') !== 'text/event-stream') return undefined;
      lastIds.push(request.headers.get('last-event-id'));
      return new HttpResponse(stream(10 + lastIds.length), {
        headers: { 'Content-Type': 'text/event-stream' },
      });
    }),
    ...fakeAudit([event(1)]),
  );
  renderApp('/audit?follow=yes');
  await screen.findByRole('button', { name: /live-11/ });
  await screen.findByRole('button', { name: /live-12/ });
  expect(lastIds.slice(0, 2)).toEqual([null, '11']);
  const rows = screen.getAllByRole('button', { name: /live-|location-mutate/ });
  expect(rows.findIndex((row) => row.textContent?.includes('live-12'))).toBeLessThan(
    rows.findIndex((row) => row.textContent?.includes('live-11')),
  );
});

it('says whom to ask where one may not see it', async () => {
  server.use(
    http.get(`${AUDIT}/events`, () =>
      HttpResponse.json(fakeError('NotAllowedError', 'No', 403), { status: 403 }),
    ),
    ...fakeAudit([]),
  );
  renderApp('/audit');
  await screen.findByRole('heading', { name: 'You may not see the audit log' });
  expect(screen.getByText('audit.event.read')).toBeDefined();
  expect(screen.getByText('Ask whoever runs this portal.')).toBeDefined();
});

it('exports cells that a spreadsheet takes for text', () => {
  const csv = eventsToCsv([event(1, { error: '=HYPERLINK("x")', meta: { a: 1 } })]);
  expect(csv).toContain(`"'=HYPERLINK(""x"")"`);
  expect(csv.split('\r\n')).toHaveLength(3);
});
