// The audit log: pages of events, what there is to filter by, and the stream of what comes.

import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { config } from '@/app/config';
import { errorOf } from '../error';
import { authorizedFetch, callPlugin } from '../http';
import { EventReader } from '../live/eventStream';

export type AuditEvent = {
  id: number;
  uuid: string;
  timestamp: string;
  plugin: string;
  eventId: string;
  severityLevel: 'low' | 'medium' | 'high' | 'critical';
  status: 'initiated' | 'succeeded' | 'failed';
  actor?: { actorId?: string; ip?: string; hostname?: string; userAgent?: string };
  request?: { url: string; method: string };
  meta?: unknown;
  error?: string;
};

export type AuditFilter = {
  actor?: string[] | undefined;
  plugin?: string[] | undefined;
  eventId?: string[] | undefined;
  severity?: string[] | undefined;
  status?: string[] | undefined;
  from?: string | undefined;
  to?: string | undefined;
  q?: string | undefined;
};

export type AuditFacets = Record<
  'actor' | 'plugin' | 'eventId' | 'severity' | 'status',
  { value: string; count: number }[]
>;

type Page = { items: AuditEvent[]; next?: string };

const PAGE = 100;

export function auditParams(filter: AuditFilter, more: Record<string, string> = {}): string {
  const params = new URLSearchParams(more);
  for (const [key, value] of Object.entries(filter)) {
    for (const each of Array.isArray(value) ? value : [value]) if (each) params.append(key, each);
  }
  const text = params.toString();
  return text ? `?${text}` : '';
}

function page(filter: AuditFilter, limit: number, after: string | undefined, signal?: AbortSignal) {
  const path = `/events${auditParams(filter, { limit: String(limit), ...(after ? { after } : {}) })}`;
  return callPlugin<Page>('audit', path, signal ? { signal } : {});
}

export const auditEvents = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', 'events', filter],
    queryFn: ({ signal, pageParam }) => page(filter, PAGE, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    // Older pages never change; reading all of them again on every focus would be for nothing.
    refetchOnWindowFocus: false,
    retry: false,
  });

/** One event by its id; null if the log no longer has it. */
export const auditEvent = (id: number) =>
  queryOptions({
    queryKey: ['audit', 'event', id],
    queryFn: async ({ signal }): Promise<AuditEvent | null> => {
      // The page that comes after the next newer event begins with this one.
      const [found] = (await page({}, 1, String(id + 1), signal)).items;
      return found?.id === id ? found : null;
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

export const auditFacets = (filter: AuditFilter) =>
  queryOptions({
    queryKey: ['audit', 'facets', filter],
    queryFn: ({ signal }) => callPlugin<AuditFacets>('audit', `/facets${auditParams(filter)}`, { signal }),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    retry: false,
  });

/** Up to `most` events, newest first, for an export. */
export async function allEvents(filter: AuditFilter, most: number): Promise<AuditEvent[]> {
  const items: AuditEvent[] = [];
  let after: string | undefined;
  do {
    const answer = await page(filter, 500, after);
    items.push(...answer.items);
    after = answer.next;
  } while (after && items.length < most);
  return items.slice(0, most);
}

/** Hears every event from now on, or from after `last`, until the connection or `signal` ends. */
export async function followEvents(
  filter: AuditFilter,
  last: string | undefined,
  heard: (event: AuditEvent) => void,
  opened: () => void,
  signal: AbortSignal,
): Promise<void> {
  const response = await authorizedFetch(
    new Request(`${config.backend.baseUrl}/api/audit/events${auditParams(filter)}`, {
      headers: { Accept: 'text/event-stream', ...(last ? { 'Last-Event-ID': last } : {}) },
      signal,
    }),
  );
  if (!response.ok || !response.body) throw errorOf(response, await response.json().catch(() => undefined));
  opened();
  const reader = new EventReader();
  const body = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await body.read(); !part.done; part = await body.read()) {
    for (const { type, data } of reader.push(part.value)) {
      if (type === 'audit') heard(JSON.parse(data) as AuditEvent);
    }
  }
}
