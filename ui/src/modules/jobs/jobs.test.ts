import { afterEach, expect, it } from 'vitest';
import { currentJobs, dismissJob, startJob, stopJob } from './jobs';

afterEach(() => {
  for (const job of currentJobs()) dismissJob(job.id);
});

const words = { doing: 'Doing', done: 'Did', label: (item: number) => `item ${item}` };

it('works on all, keeps what failed with its reason, and says when it is over', async () => {
  let after = 0;
  const worked: number[] = [];
  await startJob({
    ...words,
    items: [1, 2, 3, 4, 5, 6, 7],
    work: async (item) => {
      worked.push(item);
      if (item % 3 === 0) throw new Error(`no ${item}`);
    },
    after: () => {
      after += 1;
    },
  });
  const [job] = currentJobs();
  expect(worked).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(job).toMatchObject({ finished: 7, total: 7, stopped: false });
  expect(job?.failures).toEqual([
    { what: 'item 3', message: 'no 3' },
    { what: 'item 6', message: 'no 6' },
  ]);
  expect(job?.endedAt).toBeDefined();
  expect(after).toBe(1);
});

it('never does more than four at once', async () => {
  let running = 0;
  let most = 0;
  await startJob({
    ...words,
    items: Array.from({ length: 20 }, (_, index) => index),
    work: async () => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
    },
  });
  expect(most).toBe(4);
});

it('begins nothing more after it was stopped', async () => {
  const worked: number[] = [];
  await startJob({
    ...words,
    items: Array.from({ length: 50 }, (_, index) => index),
    work: async (item) => {
      worked.push(item);
      const job = currentJobs().at(-1);
      if (job) stopJob(job.id);
    },
  });
  expect(worked.length).toBeLessThan(6);
});
