// What comes in while the page is open, newest first; the connection comes back by itself.

import { useEffect, useRef, useState } from 'react';
import { isStatus } from '@/api/error';
import { type AuditEvent, type AuditFilter, followEvents } from '@/api/queries/audit';

const MOST_KEPT = 1_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

export type Following = {
  events: AuditEvent[];
  state: 'off' | 'connecting' | 'live' | 'away';
};

export function useFollow(on: boolean, filter: AuditFilter): Following {
  const [events, setEvents] = useState<AuditEvent[]>([]);
  const [state, setState] = useState<Following['state']>('off');
  const key = JSON.stringify(filter);
  const latest = useRef(filter);
  useEffect(() => {
    latest.current = filter;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the filter, which is new at each drawing
  useEffect(() => {
    setEvents([]);
    setState(on ? 'connecting' : 'off');
    if (!on) return;
    const ending = new AbortController();
    let last: string | undefined;
    let failures = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hear = (event: AuditEvent) => {
      last = String(event.id);
      setEvents((before) => [event, ...before].slice(0, MOST_KEPT));
    };
    const opened = () => {
      failures = 0;
      setState('live');
    };
    const run = async () => {
      try {
        await followEvents(latest.current, last, hear, opened, ending.signal);
      } catch (error) {
        // Asking again would not change that it is not for this person.
        if (isStatus(error, 403) || isStatus(error, 404)) {
          if (!ending.signal.aborted) setState('off');
          return;
        }
        failures += 1;
      }
      if (ending.signal.aborted) return;
      if (failures > 0) setState('away');
      timer = setTimeout(
        () => void run(),
        Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, failures - 1)),
      );
    };
    void run();
    return () => {
      ending.abort();
      clearTimeout(timer);
    };
  }, [on, key]);
  return { events, state };
}
