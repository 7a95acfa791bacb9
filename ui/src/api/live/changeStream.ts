// The stream of the catalog's changes: one connection that comes back by itself, from where it was.

import { config } from '@/app/config';
import { ApiError, errorOf, isStatus } from '../error';
import { authorizedFetch } from '../http';
import { EventReader } from './eventStream';

export type StreamListener = {
  /** Entities that changed, in the order of the changes. */
  changed: (refs: string[]) => void;
  /** Changes were missed: whatever is shown may be old. */
  missed: () => void;
};

export type Clock = { wait: (ms: number, signal: AbortSignal) => Promise<void> };

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

const realClock: Clock = {
  wait: (ms, signal) =>
    new Promise((done) => {
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        done();
      });
    }),
};

/** How long to wait before attempt number `failures` after a failure, spread so that not all tabs come back at once. */
export function pauseAfter(failures: number, random: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, failures - 1));
  return Math.round(longest * (0.5 + random / 2));
}

/** The last sequence that was seen; kept outside of a connection, so that a pause loses nothing. */
export type Position = { last: string | undefined };

/** Follows the changes until `signal` ends it. */
export async function followChanges(
  position: Position,
  listener: StreamListener,
  signal: AbortSignal,
  clock: Clock = realClock,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      await readOnce(position, listener, signal, () => {
        failures = 0;
      });
      // The server ends a stream together with the token that it was asked for with: come back with a new one.
      await clock.wait(FIRST_PAUSE_MS, signal);
    } catch (error) {
      if (signal.aborted) return;
      // Not offered, or not for this person: asking again changes nothing.
      if (isStatus(error, 404) || isStatus(error, 403)) return;
      if (isStatus(error, 410)) {
        position.last = undefined;
        listener.missed();
      }
      failures += 1;
      await clock.wait(pauseAfter(failures, Math.random()), signal);
    }
  }
}

async function readOnce(
  position: Position,
  listener: StreamListener,
  signal: AbortSignal,
  opened: () => void,
): Promise<void> {
  const after = position.last === undefined ? '' : `?after=${encodeURIComponent(position.last)}`;
  const response = await authorizedFetch(
    new Request(`${config.backend.baseUrl}/api/catalog/changes${after}`, {
      headers: { Accept: 'text/event-stream' },
      signal,
    }),
  );
  if (!response.ok || !response.body) {
    throw errorOf(response, await response.json().catch(() => undefined));
  }
  const events = new EventReader();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    opened();
    const refs: string[] = [];
    for (const event of events.push(value)) {
      if (event.type !== 'change') continue;
      position.last = event.id ?? position.last;
      const ref = refOfChange(event.data);
      if (ref) refs.push(ref);
    }
    if (refs.length > 0) listener.changed(refs);
  }
}

function refOfChange(data: string): string | undefined {
  try {
    const change: unknown = JSON.parse(data);
    const ref = (change as { entityRef?: unknown } | null)?.entityRef;
    return typeof ref === 'string' ? ref.toLowerCase() : undefined;
  } catch {
    throw new ApiError(0, 'Error', 'The stream of changes sends something that is not a change');
  }
}
