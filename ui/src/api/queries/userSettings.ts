// What the server keeps for the person: stars, recently seen entities, saved views.

import { queryOptions } from '@tanstack/react-query';
import { isStatus } from '../error';
import { callPlugin } from '../http';

type Setting<T> = { bucket: string; key: string; value: T };

export const userSetting = <T>(bucket: string, key: string) =>
  queryOptions({
    queryKey: ['user-settings', bucket, key],
    queryFn: async ({ signal }): Promise<T | null> => {
      try {
        const path = `/buckets/${encodeURIComponent(bucket)}/keys/${encodeURIComponent(key)}`;
        return (await callPlugin<Setting<T>>('user-settings', path, { signal })).value;
      } catch (error) {
        if (isStatus(error, 404)) return null;
        throw error;
      }
    },
    staleTime: 30_000,
    retry: false,
  });

export async function writeUserSetting<T>(bucket: string, key: string, value: T): Promise<void> {
  const path = `/buckets/${encodeURIComponent(bucket)}/keys/${encodeURIComponent(key)}`;
  await callPlugin('user-settings', path, { method: 'PUT', body: JSON.stringify({ value }) });
}
