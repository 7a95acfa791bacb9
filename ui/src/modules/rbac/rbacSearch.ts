// The address of the pages about access: which of them, and about whom.

import { one, oneOf } from '@/app/search';

export type RbacSearch = {
  tab?: 'as' | 'why' | undefined;
  q?: string | undefined;
  /** Who is looked at. */
  user?: string | undefined;
  permission?: string | undefined;
  ref?: string | undefined;
};

export function readRbacSearch(raw: Record<string, unknown>): RbacSearch {
  return {
    tab: oneOf(raw.tab, ['as', 'why'] as const),
    q: one(raw.q),
    user: one(raw.user),
    permission: one(raw.permission),
    ref: one(raw.ref),
  };
}
