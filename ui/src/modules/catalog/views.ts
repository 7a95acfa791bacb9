// Saved views: addresses of the catalog under a name, kept by the server for the person.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { messageOf } from '@/api/error';
import { userSetting, writeUserSetting } from '@/api/queries/userSettings';
import { toast } from '@/components/toasts';

export type View = { name: string; search: string };

const BUCKET = 'callboard.catalog';
const KEY = 'views';

/** `wanted` is false as long as nobody looks at them. */
export function useViews(wanted: boolean) {
  const client = useQueryClient();
  const options = userSetting<View[]>(BUCKET, KEY);
  const { data } = useQuery({ ...options, enabled: wanted });
  const views = data ?? [];
  const { mutate } = useMutation({
    mutationFn: (next: View[]) => writeUserSetting(BUCKET, KEY, next),
    onMutate: (next) => {
      const before = client.getQueryData(options.queryKey);
      client.setQueryData(options.queryKey, next);
      return { before };
    },
    onError: (error, _next, context) => {
      client.setQueryData(options.queryKey, context?.before);
      toast.error('The view was not saved', messageOf(error));
    },
  });
  return {
    views,
    save: (view: View) => mutate([...views.filter((each) => each.name !== view.name), view]),
    remove: (name: string) => mutate(views.filter((each) => each.name !== name)),
  };
}
