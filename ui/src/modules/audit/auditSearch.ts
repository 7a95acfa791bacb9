// The audit page's address: filters, whether it follows what comes, and the event that is open.

import type { AuditFilter } from '@/api/queries/audit';
import { list, one, oneOf, whole } from '@/app/search';

export type AuditSearch = AuditFilter & {
  follow?: 'yes' | undefined;
  /** The id of the event whose details are open. */
  event?: number | undefined;
};

function time(value: unknown): string | undefined {
  const text = one(value);
  return text && !Number.isNaN(Date.parse(text)) ? text : undefined;
}

export function readAuditSearch(raw: Record<string, unknown>): AuditSearch {
  return {
    actor: list(raw.actor),
    plugin: list(raw.plugin),
    eventId: list(raw.eventId),
    severity: list(raw.severity),
    status: list(raw.status),
    from: time(raw.from),
    to: time(raw.to),
    q: one(raw.q),
    follow: oneOf(raw.follow, ['yes'] as const),
    event: whole(raw.event, 0, Number.MAX_SAFE_INTEGER),
  };
}

/** What is asked of the server; keys without a value are left out, so that equal filters are equal. */
export function filterOf({ follow: _follow, event: _event, ...filter }: AuditSearch): AuditFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

/** Whether anything narrows the list. */
export function isFiltered(search: AuditSearch): boolean {
  return Object.keys(filterOf(search)).length > 0;
}
