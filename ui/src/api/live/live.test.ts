import { QueryClient } from '@tanstack/react-query';
import { HttpResponse, http } from 'msw';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CATALOG, server } from '@/testing/server';
import { type Clock, followChanges, type Position, pauseAfter } from './changeStream';
import { EventReader } from './eventStream';
import { touched } from './touched';
import { gatherer } from './useLiveCatalog';

afterEach(() => vi.useRealTimers());

describe('reading server-sent events', () => {
  it('puts together what comes in pieces, and passes over comments', () => {
    const reader = new EventReader();
    expect(reader.push(': changes\n\nid: 7\nev')).toEqual([]);
    expect(reader.push('ent: change\ndata: {"a":1}\n')).toEqual([]);
    expect(reader.push('\n: still here\n\n')).toEqual([{ id: '7', type: 'change', data: '{"a":1}' }]);
  });
});

const event = (id: number, ref: string) =>
  `id: ${id}\nevent: change\ndata: ${JSON.stringify({ sequence: id, entityRef: ref })}\n\n`;
const sse = (text: string) => new HttpResponse(text, { headers: { 'Content-Type': 'text/event-stream' } });

/** A clock that never waits and ends everything after a number of pauses. */
function stoppingAfter(pauses: number) {
  const stop = new AbortController();
  const waited: number[] = [];
  const clock: Clock = {
    wait: async (ms) => {
      waited.push(ms);
      if (waited.length >= pauses) stop.abort();
    },
  };
  return { clock, signal: stop.signal, waited };
}

describe('following the changes', () => {
  it('comes back where it was after the stream ended', async () => {
    const asked: (string | null)[] = [];
    server.use(
      http.get(`${CATALOG}/changes`, ({ request }) => {
        asked.push(new URL(request.url).searchParams.get('after'));
        return sse(asked.length === 1 ? event(41, 'component:default/a') : event(42, 'component:default/b'));
      }),
    );
    const seen: string[] = [];
    const position: Position = { last: undefined };
    const { clock, signal } = stoppingAfter(2);
    await followChanges(position, { changed: (refs) => seen.push(...refs), missed: () => {} }, signal, clock);
    expect(seen).toEqual(['component:default/a', 'component:default/b']);
    expect(asked).toEqual([null, '41']);
    expect(position.last).toBe('42');
  });

  it('waits longer after each failure, up to a minute', async () => {
    server.use(http.get(`${CATALOG}/changes`, () => HttpResponse.json({}, { status: 503 })));
    const { clock, signal, waited } = stoppingAfter(4);
    await followChanges({ last: '1' }, { changed: () => {}, missed: () => {} }, signal, clock);
    expect(waited).toHaveLength(4);
    expect(pauseAfter(1, 1)).toBe(1_000);
    expect(pauseAfter(4, 1)).toBe(8_000);
    expect(pauseAfter(30, 1)).toBe(60_000);
    expect(pauseAfter(30, 0)).toBe(30_000);
  });

  it('says that it missed something when its place is no longer kept, and starts from now', async () => {
    const asked: (string | null)[] = [];
    server.use(
      http.get(`${CATALOG}/changes`, ({ request }) => {
        asked.push(new URL(request.url).searchParams.get('after'));
        return HttpResponse.json({ error: { name: 'GoneError', message: 'too old' } }, { status: 410 });
      }),
    );
    const missed = vi.fn();
    const { clock, signal } = stoppingAfter(2);
    await followChanges({ last: '3' }, { changed: () => {}, missed }, signal, clock);
    expect(missed).toHaveBeenCalled();
    expect(asked).toEqual(['3', null]);
  });

  it('gives up where there is no stream for this person', async () => {
    server.use(http.get(`${CATALOG}/changes`, () => HttpResponse.json({}, { status: 403 })));
    const { clock, signal, waited } = stoppingAfter(9);
    await followChanges({ last: undefined }, { changed: () => {}, missed: () => {} }, signal, clock);
    expect(waited).toEqual([]);
  });
});

describe('what a change makes old', () => {
  const refs = new Set(['component:default/a']);
  const query = (queryKey: unknown[], data?: unknown) => ({ queryKey, state: { data } });

  it.each([
    [['catalog', 'page', {}, 100, 0], true],
    [['catalog', 'facets', ['kind'], {}], true],
    [['catalog', 'entity', 'component:default/a'], true],
    [['catalog', 'entity', 'component:default/b'], false],
    [['catalog', 'by-refs', ['component:default/b', 'component:default/a'], []], true],
    [['catalog', 'card', 'component:default/b'], false],
    [['user-settings', 'x', 'y'], false],
  ])('%j: %s', (key, old) => {
    expect(touched(query(key), refs)).toBe(old);
  });

  it('a graph that holds it', () => {
    const graph = { nodes: [{ ref: 'component:default/root' }, { ref: 'component:default/a' }] };
    expect(touched(query(['catalog', 'graph', 'component:default/root', {}], graph), refs)).toBe(true);
    expect(touched(query(['catalog', 'graph', 'component:default/root', {}]), refs)).toBe(false);
  });
});

it('makes one refresh of many changes, and not more often than it should', async () => {
  vi.useFakeTimers();
  const client = new QueryClient();
  const refresh = vi.spyOn(client, 'invalidateQueries');
  const live = gatherer(client, 300, 2_500);
  for (let index = 0; index < 100; index += 1) live.changed([`component:default/c-${index}`]);
  await vi.advanceTimersByTimeAsync(300);
  expect(refresh).toHaveBeenCalledTimes(1);
  live.changed(['component:default/x']);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(refresh).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(600);
  expect(refresh).toHaveBeenCalledTimes(2);
  live.stop();
});
