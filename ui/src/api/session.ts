// Who is signed in. The token lives in memory only and is renewed before it expires.

import { config } from '@/app/config';
import { ApiError, errorOf, messageOf } from './error';

export type Identity = { userEntityRef: string; ownershipEntityRefs: string[] };

export type Session =
  | { state: 'signed-out' }
  | { state: 'signing-in' }
  | { state: 'signed-in'; identity: Identity; displayName: string | undefined }
  | { state: 'failed'; message: string; status: number; requestId: string | undefined };

type RefreshAnswer = {
  profile?: { displayName?: string };
  backstageIdentity?: { token: string; identity: Identity };
};

const CHOICE_KEY = 'callboard:sign-in';
const RENEW_BEFORE_SECONDS = 300;
const FALLBACK_LIFETIME_SECONDS = 600;

let session: Session = { state: 'signed-out' };
let token: string | undefined;
let renewal: ReturnType<typeof setTimeout> | undefined;
let running: Promise<void> | undefined;
const listeners = new Set<() => void>();

function set(next: Session) {
  session = next;
  for (const listener of listeners) listener();
}

/** Seconds since the epoch at which a token ends, or undefined if it does not say. */
export function expiryOf(jwt: string): number | undefined {
  const payload = jwt.split('.')[1];
  if (!payload) return undefined;
  try {
    const claims: unknown = JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/')));
    const exp = (claims as { exp?: unknown }).exp;
    return typeof exp === 'number' ? exp : undefined;
  } catch {
    return undefined;
  }
}

async function refresh(): Promise<void> {
  let response: Response;
  try {
    response = await fetch(`${config.backend.baseUrl}/api/auth/guest/refresh`, {
      headers: { 'X-Requested-With': 'XMLHttpRequest', Accept: 'application/json' },
      credentials: 'include',
    });
  } catch (error) {
    throw new ApiError(0, 'NetworkError', `The server cannot be reached: ${messageOf(error)}`);
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw errorOf(response, body);
  const answer = (body ?? {}) as RefreshAnswer;
  if (!answer.backstageIdentity) {
    throw new ApiError(
      response.status,
      'Error',
      'The server signed in nobody: its answer holds no identity.',
    );
  }
  token = answer.backstageIdentity.token;
  const now = Date.now() / 1000;
  const expires = expiryOf(token) ?? now + FALLBACK_LIFETIME_SECONDS;
  clearTimeout(renewal);
  renewal = setTimeout(() => void renew(), Math.max(30, expires - now - RENEW_BEFORE_SECONDS) * 1000);
  const { identity } = answer.backstageIdentity;
  if (session.state !== 'signed-in' || session.identity.userEntityRef !== identity.userEntityRef) {
    set({ state: 'signed-in', identity, displayName: answer.profile?.displayName });
  }
}

/** Gets a new token; several callers share one request. */
export function renew(): Promise<void> {
  running ??= refresh()
    .catch((error: unknown) => {
      token = undefined;
      const failure = error instanceof ApiError ? error : new ApiError(0, 'Error', messageOf(error));
      set({
        state: 'failed',
        message: failure.message,
        status: failure.status,
        requestId: failure.requestId,
      });
      throw error;
    })
    .finally(() => {
      running = undefined;
    });
  return running;
}

/** Waits for a sign-in that is under way, so that a page may ask for its data before it is over. */
export async function signedIn(): Promise<void> {
  if (!token && running) await running;
}

/** Signs in as guest and remembers the choice for the next visit. */
export async function signInAsGuest(): Promise<void> {
  if (session.state !== 'signed-in') set({ state: 'signing-in' });
  try {
    await renew();
    localStorage.setItem(CHOICE_KEY, 'guest');
  } catch {
    // The session itself carries the reason.
  }
}

/** Signs in at once if the last visit did; true if so. */
export function resumeSession(): boolean {
  if (localStorage.getItem(CHOICE_KEY) !== 'guest') return false;
  void signInAsGuest();
  return true;
}

export function signOut(): void {
  localStorage.removeItem(CHOICE_KEY);
  token = undefined;
  clearTimeout(renewal);
  set({ state: 'signed-out' });
}

export function currentToken(): string | undefined {
  return token;
}

export function currentSession(): Session {
  return session;
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
