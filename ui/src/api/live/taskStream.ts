// The events of one task, as they happen: a stream that comes back from where it was, and long polling where streams
// don't get through.

import { config } from '@/app/config';
import { errorOf, isStatus } from '../error';
import { authorizedFetch, callPlugin } from '../http';
import type { TaskEvent } from '../scaffolder';
import { pauseAfter } from './changeStream';
import { EventReader } from './eventStream';

export type StreamState = 'connecting' | 'live' | 'polling' | 'away' | 'over';

export type TaskListener = {
  /** Events in the order of their ids; none comes twice. */
  heard: (events: TaskEvent[]) => void;
  state: (state: StreamState) => void;
  /** The task may not be seen, or is not there. */
  refused: (error: unknown) => void;
};

/** Streams that end without a word this often are taken for something between that does not let them through. */
const SILENT_STREAMS = 2;

const path = (id: string) => `/v2/tasks/${encodeURIComponent(id)}`;
const afterParam = (last: number) => (last > 0 ? `?after=${last}` : '');

async function stream(
  id: string,
  last: number,
  signal: AbortSignal,
  opened: () => void,
  heard: (events: TaskEvent[]) => void,
): Promise<void> {
  const response = await authorizedFetch(
    new Request(`${config.backend.baseUrl}/api/scaffolder${path(id)}/eventstream${afterParam(last)}`, {
      headers: { Accept: 'text/event-stream' },
      signal,
    }),
  );
  if (!response.ok || !response.body) throw errorOf(response, await response.json().catch(() => undefined));
  opened();
  const reader = new EventReader();
  const body = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await body.read(); !part.done; part = await body.read()) {
    const events = reader.push(part.value).map(({ data }) => JSON.parse(data) as TaskEvent);
    if (events.length > 0) heard(events);
  }
}

function poll(id: string, last: number, signal: AbortSignal): Promise<TaskEvent[]> {
  return callPlugin<TaskEvent[]>('scaffolder', `${path(id)}/events${afterParam(last)}`, { signal });
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      done();
    });
  });
}

/**
 * Follows a task until its last event, an error that will not change, or `signal`. `after` is the id of the last event
 * that is known already.
 */
export async function followTask(
  id: string,
  after: number,
  listener: TaskListener,
  signal: AbortSignal,
  pause: (ms: number, signal: AbortSignal) => Promise<void> = wait,
): Promise<void> {
  let last = after;
  let failures = 0;
  let silent = 0;
  let over = false;
  const hear = (events: TaskEvent[]) => {
    // The last event of a task is sent again at each connection; what is known already says nothing new.
    const fresh = events.filter((event) => event.id > last).sort((a, b) => a.id - b.id);
    const end = fresh.at(-1);
    if (!end) return;
    last = end.id;
    over = end.type === 'completion' && !end.isTaskRecoverable;
    listener.heard(fresh);
  };
  while (!signal.aborted && !over) {
    const before = last;
    try {
      if (silent >= SILENT_STREAMS) {
        listener.state('polling');
        hear(await poll(id, last, signal));
      } else {
        if (failures === 0 && silent === 0) listener.state('connecting');
        await stream(id, last, signal, () => listener.state('live'), hear);
        silent = last > before ? 0 : silent + 1;
      }
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      if (isStatus(error, 403) || isStatus(error, 404)) {
        listener.refused(error);
        return;
      }
      failures += 1;
    }
    if (over || signal.aborted) break;
    if (failures > 0) listener.state('away');
    if (failures > 0 || silent > 0) await pause(pauseAfter(Math.max(1, failures), Math.random()), signal);
  }
  if (!signal.aborted) listener.state('over');
}
