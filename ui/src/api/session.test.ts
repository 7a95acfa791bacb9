import { HttpResponse, http } from 'msw';
import { afterEach, expect, it, vi } from 'vitest';
import { AUTH, fakeAnswer, fakeError, fakeToken } from '@/testing/fakeSession';
import { server } from '@/testing/server';
import { callPlugin } from './http';
import {
  claimsOf,
  currentSession,
  currentToken,
  expiryOf,
  renew,
  resumeSession,
  signInSilently,
  signInThroughProxy,
  signOut,
} from './session';
import { expectReturn } from './signInReturn';

const OPTIONS = (kind: 'proxy' | 'oauth') => async () => ({
  providers: [{ id: 'somebody', title: 'Somebody', kind }],
  environment: 'development',
});

afterEach(async () => {
  server.use(http.post(`${AUTH}/:provider/logout`, () => new HttpResponse(null, { status: 200 })));
  await signOut();
  window.history.replaceState(null, '', '/');
});

it('signs in with the header that the server wants and keeps the token out of storage', async () => {
  let header: string | null = null;
  const answer = fakeAnswer();
  server.use(
    http.get(`${AUTH}/guest/refresh`, ({ request }) => {
      header = request.headers.get('x-requested-with');
      return HttpResponse.json(answer);
    }),
  );
  await signInSilently('guest');
  expect(header).toBe('XMLHttpRequest');
  expect(currentSession()).toMatchObject({ state: 'signed-in', displayName: 'ada' });
  expect(currentToken()).toBe(answer.backstageIdentity.token);
  expect(JSON.stringify([{ ...localStorage }, { ...sessionStorage }])).not.toContain('eyJ');
});

it('says why signing in was refused', async () => {
  server.use(
    http.get(`${AUTH}/guest/refresh`, () =>
      HttpResponse.json(fakeError('NotAllowedError', 'Guest is off', 403), { status: 403 }),
    ),
  );
  await signInSilently('guest');
  expect(currentSession()).toMatchObject({
    state: 'signed-out',
    failure: { status: 403, message: 'Guest is off', provider: 'guest' },
  });
});

it('asks an OAuth provider for the configured environment, with no wish that would interrupt', async () => {
  let query: URLSearchParams | undefined;
  localStorage.setItem('callboard:sign-in', 'github');
  server.use(
    http.get(`${AUTH}/github/refresh`, ({ request }) => {
      query = new URL(request.url).searchParams;
      return HttpResponse.json(fakeAnswer());
    }),
  );
  expect(resumeSession()).toBe(true);
  expect(currentSession()).toEqual({ state: 'resuming' });
  await renew();
  expect(query?.get('env')).toBe('development');
  expect(query?.has('optional')).toBe(true);
  expect(currentSession()).toMatchObject({ state: 'signed-in', provider: 'github' });
});

it('renews a refused token once and repeats the request with its body', async () => {
  let issued = 0;
  server.use(
    http.get(`${AUTH}/guest/refresh`, () => {
      issued += 1;
      return HttpResponse.json(fakeAnswer('ada', { n: issued }));
    }),
    http.post(`${window.location.origin}/api/echo/x`, async ({ request }) =>
      request.headers.get('authorization') === `Bearer ${currentToken()}` && issued === 2
        ? HttpResponse.json(await request.json())
        : HttpResponse.json(fakeError('AuthenticationError', 'Expired', 401), { status: 401 }),
    ),
  );
  await signInSilently('guest');
  const answer = await callPlugin('echo', '/x', { method: 'POST', body: JSON.stringify({ a: 1 }) });
  expect(answer).toEqual({ a: 1 });
  expect(issued).toBe(2);
});

it('tells nobody about a renewal that changed nothing but the token', async () => {
  server.use(http.get(`${AUTH}/guest/refresh`, () => HttpResponse.json(fakeAnswer())));
  await signInSilently('guest');
  const before = currentSession();
  await renew();
  expect(currentSession()).toBe(before);
});

it('keeps the page and says that one must sign in again when a session has ended', async () => {
  server.use(http.get(`${AUTH}/guest/refresh`, () => HttpResponse.json(fakeAnswer())));
  await signInSilently('guest');
  server.use(
    http.get(`${AUTH}/guest/refresh`, () =>
      HttpResponse.json(fakeError('AuthenticationError', 'Refresh failed', 401), { status: 401 }),
    ),
  );
  await expect(renew()).rejects.toThrow('Refresh failed');
  expect(currentSession()).toMatchObject({ state: 'signed-in', trouble: { kind: 'ended', status: 401 } });
  expect(currentToken()).toBeUndefined();
});

it('keeps the token while the server cannot answer for a moment', async () => {
  server.use(http.get(`${AUTH}/guest/refresh`, () => HttpResponse.json(fakeAnswer())));
  await signInSilently('guest');
  const token = currentToken();
  server.use(http.get(`${AUTH}/guest/refresh`, () => HttpResponse.error()));
  await expect(renew()).rejects.toThrow('cannot be reached');
  expect(currentToken()).toBe(token);
  expect(currentSession()).toMatchObject({ state: 'signed-in' });
  expect(currentSession()).not.toHaveProperty('trouble');
});

it('goes in at once where one proxy stands before the server, and asks where anybody has to choose', async () => {
  server.use(http.get(`${AUTH}/somebody/refresh`, () => HttpResponse.json(fakeAnswer())));
  await signInThroughProxy(OPTIONS('oauth'));
  expect(currentSession()).toEqual({ state: 'signed-out' });
  await signInThroughProxy(OPTIONS('proxy'));
  expect(currentSession()).toMatchObject({ state: 'signed-in', provider: 'somebody' });
});

it('comes back from a provider with its reason, which leaves the address', () => {
  expectReturn('github');
  window.history.replaceState(null, '', '/catalog?kind=api&error=User%20not%20found');
  expect(resumeSession()).toBe(false);
  expect(currentSession()).toMatchObject({
    state: 'signed-out',
    failure: { provider: 'github', message: 'User not found' },
  });
  expect(window.location.search).toBe('?kind=api');
});

it('signs out at the provider and leaves through the address that it names, if that is a safe one', async () => {
  const assign = vi.fn();
  vi.stubGlobal('location', { ...window.location, href: window.location.href, assign });
  const leave = (logoutUrl: string) =>
    http.post(`${AUTH}/auth0/logout`, () => HttpResponse.json({ logoutUrl }));
  server.use(http.get(`${AUTH}/auth0/refresh`, () => HttpResponse.json(fakeAnswer())));
  for (const address of ['https://example.auth0.com/v2/logout', 'javascript:alert(1)']) {
    server.use(leave(address));
    await signInSilently('auth0');
    await signOut();
    expect(currentSession()).toMatchObject({ state: 'signed-out' });
    expect(currentToken()).toBeUndefined();
    expect(localStorage.getItem('callboard:sign-in')).toBeNull();
  }
  vi.unstubAllGlobals();
  expect(assign.mock.calls).toEqual([['https://example.auth0.com/v2/logout']]);
});

it('hears a sign-in and a sign-out of another tab', async () => {
  const other = new BroadcastChannel(`callboard-session:${new URL(document.baseURI).pathname}`);
  const { token, identity } = fakeAnswer('grace').backstageIdentity;
  other.postMessage({ type: 'signed-in', provider: 'guest', token, identity, displayName: 'Grace' });
  await vi.waitFor(() => expect(currentToken()).toBe(token));
  expect(currentSession()).toMatchObject({ state: 'signed-in', displayName: 'Grace' });
  other.postMessage({ type: 'signed-out' });
  await vi.waitFor(() => expect(currentSession()).toEqual({ state: 'signed-out' }));
  other.close();
});

it('reads what a token says, and nothing from nonsense', () => {
  expect(expiryOf(fakeToken({ exp: 1234 }))).toBe(1234);
  expect(claimsOf(fakeToken({ sub: 'user:default/ada' }))?.sub).toBe('user:default/ada');
  expect(expiryOf('nonsense')).toBeUndefined();
  expect(expiryOf('a.b.c')).toBeUndefined();
});
