import { HttpResponse, http } from 'msw';
import { describe, expect, it } from 'vitest';
import { eventStream, fakeEvents, SCAFFOLDER } from '@/testing/fakeScaffolder';
import { fakeError } from '@/testing/fakeSession';
import { server } from '@/testing/server';
import type { TaskEvent } from '../scaffolder';
import { followTask, type StreamState } from './taskStream';

const EVENTS = fakeEvents('t', [
  { message: 'one' },
  { message: 'two' },
  { type: 'completion', message: 'Run completed with status: completed' },
]);
const stream = (events: TaskEvent[]) =>
  new HttpResponse(eventStream(events), { headers: { 'Content-Type': 'text/event-stream' } });

/** Follows to the end, without waiting between attempts. */
async function follow(after = 0) {
  const heard: number[] = [];
  const states: StreamState[] = [];
  let refused: unknown;
  await followTask(
    't',
    after,
    {
      heard: (events) => heard.push(...events.map(({ id }) => id)),
      state: (state) => states.push(state),
      refused: (error) => {
        refused = error;
      },
    },
    new AbortController().signal,
    async () => {},
  );
  return { heard, states, refused };
}

describe('the events of a task', () => {
  it('are read until the last one', async () => {
    server.use(http.get(`${SCAFFOLDER}/v2/tasks/t/eventstream`, () => stream(EVENTS)));
    const { heard, states } = await follow();
    expect(heard).toEqual([1, 2, 3]);
    expect(states.at(-1)).toBe('over');
  });

  it('go on where a broken connection ended, none of them twice', async () => {
    const asked: (string | null)[] = [];
    server.use(
      http.get(`${SCAFFOLDER}/v2/tasks/t/eventstream`, ({ request }) => {
        asked.push(new URL(request.url).searchParams.get('after'));
        if (asked.length === 1) return stream(EVENTS.slice(0, 1));
        if (asked.length === 2) return HttpResponse.error();
        return stream(EVENTS);
      }),
    );
    const { heard, states } = await follow();
    expect(asked).toEqual([null, '1', '1']);
    expect(heard).toEqual([1, 2, 3]);
    expect(states).toContain('away');
  });

  it('are polled where streams end without a word', async () => {
    server.use(
      http.get(`${SCAFFOLDER}/v2/tasks/t/eventstream`, () => stream([])),
      http.get(`${SCAFFOLDER}/v2/tasks/t/events`, ({ request }) => {
        const after = Number(new URL(request.url).searchParams.get('after') ?? 0);
        return HttpResponse.json(EVENTS.filter((event) => event.id === after + 1));
      }),
    );
    const { heard, states } = await follow();
    expect(heard).toEqual([1, 2, 3]);
    expect(states).toContain('polling');
  });

  it('do not end with an older end that is sent again', async () => {
    const later = fakeEvents('t', [
      ...EVENTS.map(({ body, type }) => ({ ...body, type })),
      { message: 'again' },
    ]);
    const last = { ...EVENTS[2], id: 5 } as TaskEvent;
    let calls = 0;
    server.use(
      http.get(`${SCAFFOLDER}/v2/tasks/t/eventstream`, () => {
        calls += 1;
        return stream(calls === 1 ? EVENTS.slice(2) : [...later.slice(2), last]);
      }),
    );
    expect((await follow(3)).heard).toEqual([4, 5]);
  });

  it('are not asked for again by whom they are not for', async () => {
    let calls = 0;
    server.use(
      http.get(`${SCAFFOLDER}/v2/tasks/t/eventstream`, () => {
        calls += 1;
        return HttpResponse.json(fakeError('NotAllowedError', 'No', 403), { status: 403 });
      }),
    );
    const { refused } = await follow();
    expect(refused).toMatchObject({ status: 403 });
    expect(calls).toBe(1);
  });
});
