// The session as React sees it.

import { useSyncExternalStore } from 'react';
import { currentSession, type Identity, type Session, subscribe } from './session';

const NOBODY: Identity = { userEntityRef: '', ownershipEntityRefs: [] };

export function useSession(): Session {
  return useSyncExternalStore(subscribe, currentSession);
}

/** Who is signed in; only for parts that are drawn behind the sign-in gate. */
export function useIdentity(): Identity {
  const session = useSession();
  return session.state === 'signed-in' ? session.identity : NOBODY;
}
