// Waits for a condition, never for a time.

import { setTimeout as pause } from 'node:timers/promises';

const STEP_MS = 50;

/** Returns as soon as `holds` does; fails with the name of the condition at the deadline. */
export async function until(what: string, deadlineMs: number, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`It never came true that ${what} (${deadlineMs / 1000} s)`);
    await pause(STEP_MS);
  }
}
