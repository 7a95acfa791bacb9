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
    onMutate: (next) => {
      const before = client.getQueryData(options.queryKey);
      client.setQueryData(options.queryKey, next);
      return { before };
    },
    onError: (error, _next, context) => {
      client.setQueryData(options.queryKey, context?.before);
      toast.error('The star was not saved', messageOf(error));
    },
  });

  /** The list is written as a whole, so it must be known before it is changed. */
  const change = async (next: (now: string[]) => string[]) => {
    try {
      const known = client.getQueryData(options.queryKey) ?? (await client.fetchQuery(options));
      await client.cancelQueries({ queryKey: options.queryKey });
      mutate(next(client.getQueryData(options.queryKey) ?? known ?? []));
    } catch (error) {
      toast.error('The star was not saved', messageOf(error));
    }
  };

  return {
    starred,
    isStarred: (ref: string) => starred.includes(ref),
    toggle: (ref: string) =>
      void change((now) => (now.includes(ref) ? now.filter((each) => each !== ref) : [...now, ref])),
    /** Stars all of these, or takes all of their stars. */
    set: (refs: string[], on: boolean) =>
      void change((now) => {
        const others = now.filter((each) => !refs.includes(each));
        return on ? [...others, ...refs] : others;
      }),
  };
}
