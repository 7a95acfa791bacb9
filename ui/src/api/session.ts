// Who is signed in. The token lives in memory only and is renewed before it expires, by one tab for all of them.

import { ApiError, messageOf } from './error';
import {
  fetchLogout,
  fetchRefresh,
  GUEST,
  type Identity,
  type SignInAnswer,
  type SignInOptions,
} from './signInCalls';
import { takeReturn } from './signInReturn';
import { alone, onTabMessage, tellTabs } from './tabs';

export type { Identity } from './signInCalls';

/** Why there is no token, or no new one. */
export type Failure = {
  message: string;
  status: number;
  requestId: string | undefined;
  provider: string | undefined;
};

export type Session =
  | { state: 'signed-out'; failure?: Failure | undefined }
  /** A visit that goes on where the last one ended; nothing is known yet. */
  | { state: 'resuming' }
  | {
      state: 'signed-in';
      provider: string;
      identity: Identity;
      displayName: string | undefined;
      /** `away`: the server cannot be reached and is tried again; `ended`: one has to sign in again. */
      trouble?: (Failure & { kind: 'away' | 'ended' }) | undefined;
    };

const CHOICE_KEY = 'callboard:sign-in';
const RENEW_BEFORE_SECONDS = 300;
const FALLBACK_LIFETIME_SECONDS = 600;
const RETRY_SECONDS = 15;

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
  const exp = claimsOf(jwt)?.exp;
  return typeof exp === 'number' ? exp : undefined;
}

/** What a token says, unverified: for showing only. */
export function claimsOf(jwt: string): Record<string, unknown> | undefined {
  const payload = jwt.split('.')[1];
  if (!payload) return undefined;
  try {
    const bytes = Uint8Array.from(atob(payload.replace(/-/g, '+').replace(/_/g, '/')), (c) =>
      c.charCodeAt(0),
    );
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function secondsLeft(): number {
  const now = Date.now() / 1000;
  return token ? (expiryOf(token) ?? now + FALLBACK_LIFETIME_SECONDS) - now : 0;
}

function renewIn(seconds: number) {
  clearTimeout(renewal);
  renewal = setTimeout(() => void renew().catch(() => undefined), seconds * 1000);
}

function hold(next: string, provider: string, identity: Identity, displayName: string | undefined) {
  token = next;
  renewIn(Math.max(30, secondsLeft() - RENEW_BEFORE_SECONDS));
  const same =
    session.state === 'signed-in' &&
    !session.trouble &&
    session.provider === provider &&
    session.identity.userEntityRef === identity.userEntityRef;
  if (!same) set({ state: 'signed-in', provider, identity, displayName });
}

/** Takes a provider's answer for this tab and all others, and remembers the provider for the next visit. */
export function adopt(provider: string, answer: SignInAnswer): void {
  if (!answer.backstageIdentity) {
    throw new ApiError(
      200,
      'NoIdentity',
      'The provider knows you, but the server signed in nobody: no sign-in resolver is set up for this provider.',
    );
  }
  const { token: given, identity } = answer.backstageIdentity;
  const displayName = answer.profile?.displayName;
  localStorage.setItem(CHOICE_KEY, provider);
  hold(given, provider, identity, displayName);
  tellTabs({ type: 'signed-in', provider, token: given, identity, displayName });
}

export function failureOf(error: unknown, provider: string | undefined): Failure {
  const failure = error instanceof ApiError ? error : new ApiError(0, 'Error', messageOf(error));
  return { message: failure.message, status: failure.status, requestId: failure.requestId, provider };
}

/** Not an answer about this person but a server that cannot give one at the moment. */
function isAway(failure: Failure): boolean {
  return failure.status === 0 || failure.status === 429 || failure.status >= 500;
}

function chosen(): string {
  return session.state === 'signed-in' ? session.provider : (localStorage.getItem(CHOICE_KEY) ?? GUEST.id);
}

async function refresh(provider: string): Promise<void> {
  const before = token;
  await alone(async () => {
    // While this tab waited for its turn another one may have told it a new token.
    if (token && token !== before && secondsLeft() > RENEW_BEFORE_SECONDS) return;
    adopt(provider, await fetchRefresh(provider));
  });
}

function fail(error: unknown, provider: string) {
  const failure = failureOf(error, provider);
  if (session.state !== 'signed-in') {
    token = undefined;
    set({ state: 'signed-out', failure });
    return;
  }
  // What is on the screen stays there: nobody loses a half-written form to a restart of the server.
  if (isAway(failure)) {
    renewIn(RETRY_SECONDS);
    if (secondsLeft() <= 0) set({ ...session, trouble: { ...failure, kind: 'away' } });
  } else {
    token = undefined;
    clearTimeout(renewal);
    set({ ...session, trouble: { ...failure, kind: 'ended' } });
  }
}

/** Gets a new token; several callers share one request. */
export function renew(provider = chosen()): Promise<void> {
  running ??= refresh(provider)
    .catch((error: unknown) => {
      fail(error, provider);
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

/** Signs in with a provider that asks nothing: a guest, or whom a proxy vouches for. The session carries the outcome. */
export async function signInSilently(provider: string): Promise<void> {
  await renew(provider).catch(() => undefined);
}

/** Goes on with the last visit's provider, or with one that the browser comes back from; true if there is one. */
export function resumeSession(): boolean {
  const back = takeReturn();
  if (back?.error !== undefined) {
    const { provider, error: message } = back;
    set({ state: 'signed-out', failure: { message, status: 401, requestId: undefined, provider } });
    return false;
  }
  const choice = back?.provider ?? localStorage.getItem(CHOICE_KEY);
  if (!choice) return false;
  set({ state: 'resuming' });
  void signInSilently(choice);
  return true;
}

/** Where a proxy stands before the server there is nothing to choose, so nothing is asked. */
export async function signInThroughProxy(readOptions: () => Promise<SignInOptions>): Promise<void> {
  set({ state: 'resuming' });
  const options = await readOptions().catch(() => undefined);
  const only = options?.providers.length === 1 ? options.providers[0] : undefined;
  if (only?.kind === 'proxy') await signInSilently(only.id);
  else if (session.state === 'resuming') set({ state: 'signed-out' });
}

function forget() {
  localStorage.removeItem(CHOICE_KEY);
  token = undefined;
  clearTimeout(renewal);
  set({ state: 'signed-out' });
}

/** Signs out here, in every other tab, and at the provider. */
export async function signOut(): Promise<void> {
  const provider = session.state === 'signed-in' ? session.provider : undefined;
  forget();
  tellTabs({ type: 'signed-out' });
  if (!provider || provider === GUEST.id) return;
  try {
    const address = await fetchLogout(provider);
    if (address) window.location.assign(address);
  } catch (error) {
    const failure = failureOf(error, provider);
    const message = `You are signed out of this portal, but the session at the provider was not ended: ${failure.message}`;
    set({ state: 'signed-out', failure: { ...failure, message } });
  }
}

onTabMessage((message) => {
  if (message.type === 'signed-out') {
    if (session.state !== 'signed-out') forget();
  } else {
    hold(message.token, message.provider, message.identity, message.displayName);
  }
});

// A computer that slept wakes with its timers late: the token may have ended meanwhile.
function look() {
  if (document.visibilityState !== 'visible' || session.state !== 'signed-in') return;
  const again = session.trouble?.kind === 'away';
  if (again || (!session.trouble && secondsLeft() < RENEW_BEFORE_SECONDS)) {
    void renew().catch(() => undefined);
  }
}
document.addEventListener('visibilitychange', look);
window.addEventListener('focus', look);
window.addEventListener('online', look);

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
