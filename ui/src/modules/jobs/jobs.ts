// Long work on many things: goes on while one looks at other pages, says where it is, and keeps what failed.

import { useSyncExternalStore } from 'react';
import { messageOf } from '@/api/error';

const AT_ONCE = 4;
/** A job without failures leaves by itself. */
const LIFETIME_MS = 6_000;

export type JobFailure = { what: string; message: string };

export type Job = {
  id: number;
  /** What is being done, such as "Refreshing". */
  doing: string;
  /** What was done, such as "Refreshed". */
  done: string;
  finished: number;
  total: number;
  /** What is being worked on now. */
  now: string;
  startedAt: number;
  endedAt: number | undefined;
  stopped: boolean;
  failures: JobFailure[];
};

export type Work<T> = {
  doing: string;
  done: string;
  items: readonly T[];
  label: (item: T) => string;
  work: (item: T) => Promise<unknown>;
  /** Called once at the end, also after it was stopped. */
  after?: () => void;
};

let jobs: readonly Job[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function change(id: number, next: (job: Job) => Job): void {
  jobs = jobs.map((job) => (job.id === id ? next(job) : job));
  for (const listener of listeners) listener();
}

const find = (id: number) => jobs.find((job) => job.id === id);

function askBeforeLeaving(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

/** Starts the work and answers when all of it is over; what fails is kept with its reason and stops nothing else. */
export async function startJob<T>({ doing, done, items, label, work, after }: Work<T>): Promise<void> {
  const id = nextId;
  nextId += 1;
  const job: Job = {
    id,
    doing,
    done,
    finished: 0,
    total: items.length,
    now: '',
    startedAt: Date.now(),
    endedAt: undefined,
    stopped: false,
    failures: [],
  };
  jobs = [...jobs, job];
  for (const listener of listeners) listener();
  window.addEventListener('beforeunload', askBeforeLeaving);

  let next = 0;
  const worker = async () => {
    while (next < items.length && find(id)?.stopped === false) {
      const item = items[next] as T;
      next += 1;
      change(id, (now) => ({ ...now, now: label(item) }));
      try {
        await work(item);
      } catch (error) {
        const failure = { what: label(item), message: messageOf(error) };
        change(id, (now) => ({ ...now, failures: [...now.failures, failure] }));
      }
      change(id, (now) => ({ ...now, finished: now.finished + 1 }));
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  change(id, (now) => ({ ...now, endedAt: Date.now() }));
  if (jobs.every((each) => each.endedAt !== undefined)) {
    window.removeEventListener('beforeunload', askBeforeLeaving);
  }
  after?.();
  if (find(id)?.failures.length === 0) setTimeout(() => dismissJob(id), LIFETIME_MS);
}

/** What is under way is finished; nothing more is begun. */
export function stopJob(id: number): void {
  change(id, (job) => ({ ...job, stopped: true }));
}

export function dismissJob(id: number): void {
  jobs = jobs.filter((job) => job.id !== id);
  for (const listener of listeners) listener();
}

export function currentJobs(): readonly Job[] {
  return jobs;
}

export function useJobs(): readonly Job[] {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, currentJobs);
}
