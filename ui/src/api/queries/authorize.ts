// What the person who is signed in may do. Questions of one moment are gathered and asked in one call.

import { queryOptions } from '@tanstack/react-query';
import { config } from '@/app/config';
import { callPlugin } from '../http';

/** A permission as Backstage names them: resource permissions are asked with the thing that they are about. */
export type Permission = {
  name: string;
  action?: 'create' | 'read' | 'update' | 'delete';
  resourceType?: string;
};

type Decision = 'ALLOW' | 'DENY';
type Item = { id: string; permission: object; resourceRef?: string };
type Waiting = Item & { resolve: (decision: Decision) => void; reject: (error: unknown) => void };

const GATHER_MS = 8;
const MOST_AT_ONCE = 100;
let waiting: Waiting[] = [];

/** Whether this server decides anything at all: without it everybody may do everything. */
export function permissionsOn(): boolean {
  return config.permission?.enabled === true;
}

async function ask(batch: Waiting[]): Promise<void> {
  try {
    const items = batch.map(({ id, permission, resourceRef }) => ({
      id,
      permission,
      ...(resourceRef === undefined ? {} : { resourceRef }),
    }));
    const answer = await callPlugin<{ items: { id: string; result: Decision }[] }>(
      'permission',
      '/authorize',
      {
        method: 'POST',
        body: JSON.stringify({ items }),
      },
    );
    const results = new Map(answer.items.map(({ id, result }) => [id, result]));
    for (const each of batch) each.resolve(results.get(each.id) === 'ALLOW' ? 'ALLOW' : 'DENY');
  } catch (error) {
    for (const each of batch) each.reject(error);
  }
}

function flush() {
  const batch = waiting;
  waiting = [];
  for (let start = 0; start < batch.length; start += MOST_AT_ONCE) {
    void ask(batch.slice(start, start + MOST_AT_ONCE));
  }
}

function load(
  { name, action, resourceType }: Permission,
  resourceRef: string | undefined,
): Promise<Decision> {
  return new Promise((resolve, reject) => {
    if (waiting.length === 0) setTimeout(flush, GATHER_MS);
    waiting.push({
      id: crypto.randomUUID(),
      permission: {
        type: resourceType ? 'resource' : 'basic',
        name,
        attributes: action ? { action } : {},
        ...(resourceType ? { resourceType } : {}),
      },
      ...(resourceRef === undefined ? {} : { resourceRef }),
      resolve,
      reject,
    });
  });
}

export const decision = (permission: Permission, resourceRef?: string) =>
  queryOptions({
    queryKey: ['permission', 'decision', permission.name, permission.action ?? '', resourceRef ?? ''],
    queryFn: () => load(permission, resourceRef),
    staleTime: 60_000,
    retry: false,
    // Backstage refuses a whole call in which a permission on things comes without a thing.
    enabled: permissionsOn() && (permission.resourceType === undefined || resourceRef !== undefined),
  });
