import { HttpResponse, http } from 'msw';
import { afterEach, expect, it } from 'vitest';
import { server } from '@/testing/server';
import { callPlugin } from './http';
import { currentSession, currentToken, expiryOf, signInAsGuest, signOut } from './session';

const REFRESH = `${window.location.origin}/api/auth/guest/refresh`;
const jwt = (claims: object) => `x.${btoa(JSON.stringify(claims))}.y`;

function guest(token: string) {
  return HttpResponse.json({
    profile: { displayName: 'Ada' },
    backstageIdentity: {
      token,
      identity: {
        type: 'user',
        userEntityRef: 'user:default/ada',
        ownershipEntityRefs: ['user:default/ada'],
      },
    },
  });
}

afterEach(signOut);

it('signs in with the header that the server wants and keeps the token out of storage', async () => {
  let header: string | null = null;
  const token = jwt({ exp: Date.now() / 1000 + 3600 });
  server.use(
    http.get(REFRESH, ({ request }) => {
      header = request.headers.get('x-requested-with');
      return guest(token);
    }),
  );
  await signInAsGuest();
  expect(header).toBe('XMLHttpRequest');
  expect(currentSession()).toMatchObject({ state: 'signed-in', displayName: 'Ada' });
  expect(currentToken()).toBe(token);
  expect(JSON.stringify({ ...localStorage })).not.toContain(token);
});

it('says why signing in was refused', async () => {
  server.use(
    http.get(REFRESH, () =>
      HttpResponse.json(
        { error: { name: 'NotAllowedError', message: 'Guest is off' }, response: { statusCode: 403 } },
        { status: 403 },
      ),
    ),
  );
  await signInAsGuest();
  expect(currentSession()).toMatchObject({ state: 'failed', status: 403, message: 'Guest is off' });
});

it('renews a refused token once and repeats the request with its body', async () => {
  let issued = 0;
  server.use(
    http.get(REFRESH, () => {
      issued += 1;
      return guest(jwt({ exp: Date.now() / 1000 + 3600, n: issued }));
    }),
    http.post(`${window.location.origin}/api/echo/x`, async ({ request }) =>
      request.headers.get('authorization') === `Bearer ${currentToken()}` && issued === 2
        ? HttpResponse.json(await request.json())
        : HttpResponse.json({ error: { name: 'AuthenticationError', message: 'Expired' } }, { status: 401 }),
    ),
  );
  await signInAsGuest();
  const answer = await callPlugin('echo', '/x', { method: 'POST', body: JSON.stringify({ a: 1 }) });
  expect(answer).toEqual({ a: 1 });
  expect(issued).toBe(2);
});

it('reads when a token ends, and nothing from nonsense', () => {
  expect(expiryOf(jwt({ exp: 1234 }))).toBe(1234);
  expect(expiryOf('nonsense')).toBeUndefined();
  expect(expiryOf('a.b.c')).toBeUndefined();
});
