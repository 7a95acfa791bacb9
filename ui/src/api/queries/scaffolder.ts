// The scaffolder's calls: forms, tasks, actions, dry runs, and completions from source hosts.

import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { isStatus } from '../error';
import { callPlugin } from '../http';
import {
  type Action,
  type DryRunRequest,
  type DryRunResult,
  ENDED,
  type Extensions,
  type Json,
  type ParameterSchema,
  type Task,
  type TaskStatus,
} from '../scaffolder';

const part = encodeURIComponent;

function call<T>(path: string, init: RequestInit = {}): Promise<T> {
  return callPlugin<T>('scaffolder', path, init);
}

function post<T>(path: string, body: unknown): Promise<T> {
  return call<T>(path, { method: 'POST', body: JSON.stringify(body) });
}

const finally4xx = (count: number, error: unknown) =>
  !isStatus(error, 400) && !isStatus(error, 403) && !isStatus(error, 404) && count < 2;

export const parameterSchema = (namespace: string, name: string) =>
  queryOptions({
    queryKey: ['scaffolder', 'form', `${namespace}/${name}`.toLowerCase()],
    queryFn: ({ signal }) =>
      call<ParameterSchema>(`/v2/templates/${part(namespace)}/template/${part(name)}/parameter-schema`, {
        signal,
      }),
    // A form must not change under the hands of whoever fills it in.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    retry: finally4xx,
  });

export const actions = () =>
  queryOptions({
    queryKey: ['scaffolder', 'actions'],
    queryFn: ({ signal }) => call<Action[]>('/v2/actions', { signal }),
    staleTime: 300_000,
    retry: finally4xx,
  });

export const extensions = () =>
  queryOptions({
    queryKey: ['scaffolder', 'extensions'],
    queryFn: ({ signal }) => call<Extensions>('/v2/templating-extensions', { signal }),
    staleTime: 300_000,
    retry: finally4xx,
  });

export type TaskFilter = {
  createdBy?: string[] | undefined;
  status?: TaskStatus[] | undefined;
  order?: string | undefined;
  limit: number;
  offset?: number | undefined;
};

export type TaskPage = { tasks: Task[]; totalTasks: number };

function taskParams({ createdBy = [], status = [], order, limit, offset = 0 }: TaskFilter): string {
  const params = new URLSearchParams();
  for (const each of createdBy) params.append('createdBy', each);
  for (const each of status) params.append('status', each);
  if (order) params.append('order', order);
  params.append('limit', String(limit));
  params.append('offset', String(offset));
  return params.toString();
}

const LIVE_MS = 3_000;
const IDLE_MS = 20_000;

/** A page of tasks; looked at more often while one of them is at work. */
export const tasks = (filter: TaskFilter) =>
  queryOptions({
    queryKey: ['scaffolder', 'tasks', filter],
    queryFn: ({ signal }) => call<TaskPage>(`/v2/tasks?${taskParams(filter)}`, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => {
      if (state.error) return false;
      return state.data?.tasks.some((task) => !ENDED.has(task.status)) ? LIVE_MS : IDLE_MS;
    },
    retry: finally4xx,
  });

export const task = (id: string) =>
  queryOptions({
    queryKey: ['scaffolder', 'task', id],
    queryFn: ({ signal }) => call<Task>(`/v2/tasks/${part(id)}`, { signal }),
    retry: finally4xx,
  });

export type NewTask = { templateRef: string; values: Json; secrets?: Record<string, string> };

export function createTask(body: NewTask): Promise<{ id: string }> {
  return post('/v2/tasks', body);
}

export function cancelTask(id: string): Promise<unknown> {
  return post(`/v2/tasks/${part(id)}/cancel`, {});
}

/** Runs it again, all of it or from one step on. */
export function retryTask(
  id: string,
  body: { secrets?: Record<string, string> | undefined; fromStep?: string | undefined },
): Promise<unknown> {
  return post(`/v2/tasks/${part(id)}/retry`, body);
}

export type Decision = { stepId: string; decision: 'approve' | 'reject'; comment?: string | undefined };

export function decideTask(id: string, body: Decision): Promise<unknown> {
  return post(`/v2/tasks/${part(id)}/approvals`, body);
}

export function dryRun(body: DryRunRequest): Promise<DryRunResult> {
  return post('/v2/dry-run', body);
}

export type Completion = { id: string; title?: string };

/** What a source host offers to its user, such as the repositories of an owner. */
export const completions = (
  provider: string,
  resource: string,
  token: string | undefined,
  context: Record<string, string>,
  enabled = true,
) =>
  queryOptions({
    // The token itself stays out of the key: keys are shown by tools that look at the cache.
    queryKey: ['scaffolder', 'completions', provider, resource, context, token !== undefined],
    queryFn: async () =>
      (
        await post<{ results: Completion[] }>(`/v2/autocomplete/${part(provider)}/${part(resource)}`, {
          token,
          context,
        })
      ).results,
    enabled: enabled && token !== undefined,
    staleTime: 60_000,
    retry: false,
  });
