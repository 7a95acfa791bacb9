// Whether the person may do something. While it is not known, and where it cannot be asked, the server has the last word.

import { useQuery } from '@tanstack/react-query';
import { decision, type Permission, permissionsOn } from '@/api/queries/authorize';

export type May = {
  /** False only if the server said no. */
  allowed: boolean;
  /** True once it is known for sure, for what is hidden until then. */
  certain: boolean;
};

export function useMay(permission: Permission, resourceRef?: string): May {
  const { data } = useQuery(decision(permission, resourceRef));
  if (!permissionsOn()) return { allowed: true, certain: true };
  return { allowed: data !== 'DENY', certain: data !== undefined };
}
