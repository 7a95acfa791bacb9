// The calls that signing in is made of: which providers there are, a new token, the way out.

import { config } from '@/app/config';
import { ApiError, errorOf, messageOf } from './error';

export type Identity = { userEntityRef: string; ownershipEntityRefs: string[] };

/** What a provider answers, to a refresh and to a sign-in alike. */
export type SignInAnswer = {
  profile?: { displayName?: string; email?: string; picture?: string };
  providerInfo?: { accessToken?: string; scope?: string; expiresInSeconds?: number };
  backstageIdentity?: { token: string; identity: Identity };
};

export type ProviderKind = 'guest' | 'oauth' | 'proxy';
export type Provider = { id: string; title: string; kind: ProviderKind };
export type SignInOptions = { providers: Provider[]; environment: string };

export const GUEST: Provider = { id: 'guest', title: 'Guest', kind: 'guest' };
const HEADERS = { 'X-Requested-With': 'XMLHttpRequest', Accept: 'application/json' };

export function environment(): string {
  return config.auth?.environment ?? 'development';
}

export function authUrl(path: string): string {
  return `${config.backend.baseUrl}/api/auth${path}`;
}

async function call(path: string, init: RequestInit = {}): Promise<{ response: Response; body: unknown }> {
  let response: Response;
  try {
    response = await fetch(authUrl(path), { ...init, headers: HEADERS, credentials: 'include' });
  } catch (error) {
    throw new ApiError(0, 'NetworkError', `The server cannot be reached: ${messageOf(error)}`);
  }
  const body: unknown = await response.json().catch(() => undefined);
  return { response, body };
}

/** The ways to sign in. A server that does not list them is taken to let guests in. */
export async function fetchSignInOptions(): Promise<SignInOptions> {
  const { response, body } = await call('/.callboard/sign-in-options');
  if (response.status === 404) return { providers: [GUEST], environment: environment() };
  if (!response.ok) throw errorOf(response, body);
  const { providers = [], environment: named } = (body ?? {}) as Partial<SignInOptions>;
  return { providers, environment: named ?? environment() };
}

/**
 * A new token from the cookie or the proxy that vouches for this browser, without asking anybody anything. `scopes` are
 * what the provider's own token shall be good for.
 */
export async function fetchRefresh(provider: string, scopes: string[] = []): Promise<SignInAnswer> {
  const params = new URLSearchParams({ optional: '', scope: scopes.join(' '), env: environment() });
  const query = provider === GUEST.id ? '' : `?${params}`;
  const { response, body } = await call(`/${encodeURIComponent(provider)}/refresh${query}`);
  if (!response.ok) throw errorOf(response, body);
  return (body ?? {}) as SignInAnswer;
}

/** Takes back the provider's cookie. Some providers want the browser to leave through an address of theirs. */
export async function fetchLogout(provider: string): Promise<string | undefined> {
  const params = new URLSearchParams({ env: environment() });
  const { response, body } = await call(`/${encodeURIComponent(provider)}/logout?${params}`, {
    method: 'POST',
  });
  // A proxy keeps no cookie with this server, so there is nothing to take back.
  if (response.status === 404 || response.status === 501) return undefined;
  if (!response.ok) throw errorOf(response, body);
  return leavingAddress((body as { logoutUrl?: unknown } | undefined)?.logoutUrl);
}

/** An address to leave through, if it is one that a browser may be sent to. */
export function leavingAddress(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    const url = new URL(value);
    const local = url.protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
    return url.protocol === 'https:' || local ? url.href : undefined;
  } catch {
    return undefined;
  }
}
