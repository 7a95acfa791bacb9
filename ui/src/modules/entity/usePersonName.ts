// What to call the person who is signed in.

import { useQuery } from '@tanstack/react-query';
import { entityCard } from '@/api/queries/entityCards';
import { useIdentity, useSession } from '@/api/useSession';
import { displayName } from './entity';
import { parseRef, shortRef } from './ref';

/** The name in the catalog, else the one from signing in, else the reference. */
export function usePersonName(): string {
  const session = useSession();
  const { userEntityRef } = useIdentity();
  const ref = parseRef(userEntityRef);
  const { data } = useQuery({ ...entityCard(userEntityRef.toLowerCase()), enabled: ref !== undefined });
  if (data) return displayName(data);
  const given = session.state === 'signed-in' ? session.displayName : undefined;
  return given ?? (ref ? shortRef(ref) : 'Guest');
}
