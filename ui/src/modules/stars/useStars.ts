// The entities that a person starred, kept by the server under the key that Backstage uses.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { messageOf } from '@/api/error';
import { userSetting, writeUserSetting } from '@/api/queries/userSettings';
import { toast } from '@/components/toasts';

const BUCKET = 'default.starredEntities';
const KEY = 'entityRefs';

export function useStars() {
  const client = useQueryClient();
  const options = userSetting<string[]>(BUCKET, KEY);
  const { data } = useQuery(options);
  const starred = useMemo(() => data ?? [], [data]);

  const { mutate } = useMutation({
    mutationFn: (next: string[]) => writeUserSetting(BUCKET, KEY, next),
    onMutate: async (next) => {
      await client.cancelQueries({ queryKey: options.queryKey });
      const before = client.getQueryData(options.queryKey);
      client.setQueryData(options.queryKey, next);
      return { before };
    },
    onError: (error, _next, context) => {
      client.setQueryData(options.queryKey, context?.before);
      toast.error('The star was not saved', messageOf(error));
    },
  });

  const toggle = (ref: string) => {
    const now = client.getQueryData(options.queryKey) ?? [];
    mutate(now.includes(ref) ? now.filter((each) => each !== ref) : [...now, ref]);
  };

  return { starred, isStarred: (ref: string) => starred.includes(ref), toggle };
}
