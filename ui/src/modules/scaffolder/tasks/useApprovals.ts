// Tasks that wait for a yes of the person who is signed in.

import { useQuery } from '@tanstack/react-query';
import { tasks } from '@/api/queries/scaffolder';
import type { Task } from '@/api/scaffolder';

const LOOKED_AT = 100;

/** Tasks under way are few; those that wait are among them. */
export function useApprovals(enabled = true): Task[] {
  const { data } = useQuery({
    ...tasks({ status: ['open', 'processing'], limit: LOOKED_AT }),
    // A server without a scaffolder, or one that shows no tasks to this person, has nothing that waits for them.
    retry: false,
    enabled,
  });
  return (data?.tasks ?? []).filter((task) => task.waitingFor?.mayDecide);
}
