import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { afterEach, expect, it, vi } from 'vitest';
import { currentSession, type Failure, signOut } from '@/api/session';
import { AUTH, fakeAnswer, fakeError } from '@/testing/fakeSession';
import { server } from '@/testing/server';
import SignIn from './SignIn';

const ORIGIN = window.location.origin;

function offer(...providers: { id: string; title: string; kind: string }[]) {
  server.use(
    http.get(`${AUTH}/.callboard/sign-in-options`, () =>
      HttpResponse.json({ providers, environment: 'development' }),
    ),
  );
}

function show(failure?: Failure) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={client}>
        <SignIn failure={failure} />
      </QueryClientProvider>
    </MantineProvider>,
  );
}

const GITHUB = { id: 'github', title: 'GitHub', kind: 'oauth' };

/** A window that was opened; `say` posts a message as it would. */
function fakePopup() {
  const popup = { closed: false } as unknown as Window & { closed: boolean };
  const open = vi.spyOn(window, 'open').mockReturnValue(popup);
  const say = (data: unknown, from: { source?: unknown; origin?: string } = {}) =>
    window.dispatchEvent(
      new MessageEvent('message', {
        data,
        origin: from.origin ?? ORIGIN,
        source: (from.source ?? popup) as MessageEventSource,
      }),
    );
  return { popup, open, say };
}

afterEach(async () => {
  vi.restoreAllMocks();
  server.use(http.post(`${AUTH}/:provider/logout`, () => new HttpResponse(null, { status: 200 })));
  await signOut();
});

it('lets guests in on a server that lists no ways to sign in', async () => {
  server.use(
    http.get(`${AUTH}/.callboard/sign-in-options`, () => new HttpResponse(null, { status: 404 })),
    http.get(`${AUTH}/guest/refresh`, () => HttpResponse.json(fakeAnswer('guest'))),
  );
  show();
  await userEvent.click(await screen.findByRole('button', { name: 'Enter as guest' }));
  await waitFor(() => expect(currentSession()).toMatchObject({ state: 'signed-in', provider: 'guest' }));
});

it('offers every way in the order of the server, guests last', async () => {
  offer({ id: 'guest', title: 'Guest', kind: 'guest' }, GITHUB, { id: 'okta', title: 'Okta', kind: 'oauth' });
  show();
  await screen.findByRole('button', { name: 'Sign in with GitHub' });
  expect(screen.getAllByRole('button').map((each) => each.textContent)).toEqual([
    'Sign in with GitHub',
    'Sign in with Okta',
    'Enter as guest',
  ]);
});

it('signs in through a window and believes that window only', async () => {
  offer(GITHUB);
  const { open, say } = fakePopup();
  show();
  await userEvent.click(await screen.findByRole('button', { name: 'Sign in with GitHub' }));
  const url = new URL(String(open.mock.calls[0]?.[0]));
  expect(url.pathname).toBe('/api/auth/github/start');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    scope: '',
    origin: ORIGIN,
    flow: 'popup',
    env: 'development',
  });
  say(
    { type: 'authorization_response', response: fakeAnswer('mallory') },
    { origin: 'https://evil.example' },
  );
  say({ type: 'authorization_response', response: fakeAnswer('mallory') }, { source: window });
  expect(currentSession().state).toBe('signed-out');
  say({ type: 'config_info', targetOrigin: ORIGIN });
  say({ type: 'authorization_response', response: fakeAnswer('ada') });
  await waitFor(() =>
    expect(currentSession()).toMatchObject({
      state: 'signed-in',
      provider: 'github',
      identity: { userEntityRef: 'user:default/ada' },
    }),
  );
});

it('offers to go on without a window where the browser blocks it', async () => {
  offer(GITHUB);
  vi.spyOn(window, 'open').mockReturnValue(null);
  show();
  await userEvent.click(await screen.findByRole('button', { name: 'Sign in with GitHub' }));
  await screen.findByText('The browser blocked the sign-in window');
  expect(screen.getByRole('button', { name: 'Sign in without a window' })).toBeDefined();
});

it('says at which address the portal should be open', async () => {
  offer(GITHUB);
  const { popup, say } = fakePopup();
  show();
  await userEvent.click(await screen.findByRole('button', { name: 'Sign in with GitHub' }));
  say({ type: 'config_info', targetOrigin: 'https://portal.example.com' });
  popup.closed = true;
  await screen.findByText('The portal is open at another address than the server expects');
  expect(screen.getByText(/https:\/\/portal\.example\.com, but this page is open at/)).toBeDefined();
});

it('says what to do for somebody whom the catalog does not know', async () => {
  offer(GITHUB);
  const { say } = fakePopup();
  show();
  await userEvent.click(await screen.findByRole('button', { name: 'Sign in with GitHub' }));
  say({ type: 'authorization_response', error: { name: 'NotFoundError', message: 'User not found' } });
  await screen.findByText('You are not in the catalog yet');
  expect(screen.getByText(/Ask whoever keeps the users of the catalog to add you/)).toBeDefined();
});

it('says it when the provider knows somebody but the server signs in nobody', async () => {
  offer(GITHUB);
  const { say } = fakePopup();
  show();
  await userEvent.click(await screen.findByRole('button', { name: 'Sign in with GitHub' }));
  say({ type: 'authorization_response', response: { profile: { displayName: 'Ada' } } });
  await screen.findByText('The portal does not know who you are');
});

it('keeps a refusal and its request id in sight', async () => {
  offer({ id: 'guest', title: 'Guest', kind: 'guest' });
  server.use(
    http.get(`${AUTH}/guest/refresh`, () =>
      HttpResponse.json(fakeError('NotAllowedError', 'Guest is off', 403), {
        status: 403,
        headers: { 'x-request-id': 'req-1' },
      }),
    ),
  );
  show();
  await userEvent.click(await screen.findByRole('button', { name: 'Enter as guest' }));
  await screen.findByText('Guests may not enter');
  expect(screen.getByRole('button', { name: 'Copy request id req-1' })).toBeDefined();
});

it('says plainly that a session has ended', async () => {
  offer(GITHUB);
  show({ message: 'Refresh failed; caused by …', status: 401, requestId: 'r', provider: 'github' });
  await screen.findByText('Your session has ended');
  expect(screen.queryByText('What the server said')).toBeNull();
});
