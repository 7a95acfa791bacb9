// A scaffolder that answers as the server does: forms, tasks and their events, actions.

import { HttpResponse, http } from 'msw';
import type { Action, ParameterSchema, Task, TaskEvent } from '@/api/scaffolder';
import { fakeError } from './fakeSession';

export const SCAFFOLDER = `${window.location.origin}/api/scaffolder`;

export type FakeScaffolder = {
  forms?: Record<string, ParameterSchema>;
  tasks?: Task[];
  events?: Record<string, TaskEvent[]>;
  actions?: Action[];
};

export type SeenCalls = { created: unknown[]; posted: { path: string; body: unknown }[] };

/** Server-sent events as they go over the wire. */
export function eventStream(events: TaskEvent[]): string {
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}

const missing = (what: string) =>
  HttpResponse.json(fakeError('NotFoundError', `${what} not found`, 404), { status: 404 });

/** Handlers for the scaffolder's routes; `seen` collects what was sent. */
export function fakeScaffolder(
  { forms = {}, tasks = [], events = {}, actions = [] }: FakeScaffolder,
  seen: SeenCalls = { created: [], posted: [] },
) {
  const post = async (request: Request) => {
    seen.posted.push({ path: new URL(request.url).pathname, body: await request.json() });
  };
  return [
    http.get(`${SCAFFOLDER}/v2/templates/:namespace/:kind/:name/parameter-schema`, ({ params }) => {
      const form = forms[String(params.name)];
      return form ? HttpResponse.json(form) : missing(`Template ${params.name}`);
    }),
    http.get(`${SCAFFOLDER}/v2/actions`, () => HttpResponse.json(actions)),
    http.post(`${SCAFFOLDER}/v2/tasks`, async ({ request }) => {
      seen.created.push(await request.json());
      return HttpResponse.json({ id: tasks[0]?.id ?? 'task-1' }, { status: 201 });
    }),
    http.get(`${SCAFFOLDER}/v2/tasks`, ({ request }) => {
      const { searchParams } = new URL(request.url);
      const by = searchParams.getAll('createdBy');
      const status = searchParams.getAll('status');
      const found = tasks.filter(
        (task) =>
          (by.length === 0 || by.includes(task.createdBy ?? '')) &&
          (status.length === 0 || status.includes(task.status)),
      );
      const offset = Number(searchParams.get('offset') ?? 0);
      const limit = Number(searchParams.get('limit') ?? found.length);
      return HttpResponse.json({ tasks: found.slice(offset, offset + limit), totalTasks: found.length });
    }),
    http.get(`${SCAFFOLDER}/v2/tasks/:id`, ({ params }) => {
      const task = tasks.find(({ id }) => id === params.id);
      return task ? HttpResponse.json(task) : missing(`Task ${params.id}`);
    }),
    http.get(`${SCAFFOLDER}/v2/tasks/:id/eventstream`, ({ params, request }) => {
      const after = Number(new URL(request.url).searchParams.get('after') ?? 0);
      const fresh = (events[String(params.id)] ?? []).filter((event) => event.id > after);
      return new HttpResponse(eventStream(fresh), { headers: { 'Content-Type': 'text/event-stream' } });
    }),
    http.get(`${SCAFFOLDER}/v2/tasks/:id/events`, ({ params, request }) => {
      const after = Number(new URL(request.url).searchParams.get('after') ?? 0);
      return HttpResponse.json((events[String(params.id)] ?? []).filter((event) => event.id > after));
    }),
    http.post(`${SCAFFOLDER}/v2/tasks/:id/:what`, async ({ request, params }) => {
      await post(request);
      return HttpResponse.json({ id: params.id }, { status: params.what === 'retry' ? 201 : 200 });
    }),
  ];
}

export const STEPS = [
  { id: 'fetch', name: 'Fetch the skeleton', action: 'fetch:template' },
  { id: 'publish', name: 'Publish', action: 'publish:github' },
];

/** A small task, as the server answers it. */
export function fakeTask(id: string, more: Partial<Task> = {}): Task {
  return {
    id,
    status: 'processing',
    createdAt: '2026-11-25T10:00:00.000Z',
    createdBy: 'user:default/ada',
    spec: {
      apiVersion: 'scaffolder.backstage.io/v1beta3',
      steps: STEPS,
      parameters: { name: 'made' },
      output: {},
      templateInfo: {
        entityRef: 'template:default/service',
        entity: { metadata: { name: 'service', title: 'A service' } },
      },
    },
    ...more,
  };
}

/** The events of a task in order; each gets its id. */
export function fakeEvents(
  taskId: string,
  bodies: (TaskEvent['body'] & { type?: TaskEvent['type'] })[],
): TaskEvent[] {
  return bodies.map(({ type = 'log', ...body }, index) => ({
    id: index + 1,
    taskId,
    type,
    createdAt: new Date(Date.UTC(2026, 10, 25, 10, 0, index)).toISOString(),
    body,
  }));
}
