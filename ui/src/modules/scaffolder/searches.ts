// What the addresses of the scaffolder's pages say.

import { list, one, oneOf, whole } from '@/app/search';

export type WizardSearch = {
  /** Counted from one; the review comes after the last. */
  step?: number | undefined;
  /** Values to start with, as JSON. */
  formData?: string | undefined;
};

export function readWizardSearch(raw: Record<string, unknown>): WizardSearch {
  return { step: whole(raw.step, 1, 100), formData: one(raw.formData) };
}

export type TaskSearch = {
  step?: string | undefined;
  line?: number | undefined;
  q?: string | undefined;
};

export function readTaskSearch(raw: Record<string, unknown>): TaskSearch {
  return { step: one(raw.step), line: whole(raw.line, 1, 10_000_000), q: one(raw.q) };
}

export const TASK_STATUSES = ['open', 'processing', 'completed', 'failed', 'cancelled', 'skipped'] as const;
export const TASK_ORDERS = [
  'desc:created_at',
  'asc:created_at',
  'asc:status',
  'desc:status',
  'asc:created_by',
  'desc:created_by',
] as const;

export type TaskListSearch = {
  whose?: 'all' | undefined;
  /** References of users, in place of "mine" and "all". */
  by?: string[] | undefined;
  status?: (typeof TASK_STATUSES)[number][] | undefined;
  order?: (typeof TASK_ORDERS)[number] | undefined;
  page?: number | undefined;
};

export function readTaskListSearch(raw: Record<string, unknown>): TaskListSearch {
  const status = list(raw.status)?.filter((each): each is (typeof TASK_STATUSES)[number] =>
    TASK_STATUSES.some((known) => known === each),
  );
  const order = oneOf(raw.order, TASK_ORDERS);
  return {
    whose: oneOf(raw.whose, ['all'] as const),
    by: list(raw.by),
    status: status && status.length > 0 ? status : undefined,
    order: order === 'desc:created_at' ? undefined : order,
    page: whole(raw.page, 1, 100_000),
  };
}
