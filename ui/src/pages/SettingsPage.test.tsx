import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { signInSilently, signOut } from '@/api/session';
import { component, fakeCatalog } from '@/testing/fakeCatalog';
import { AUTH, fakeAnswer, fakeError } from '@/testing/fakeSession';
import { renderApp } from '@/testing/renderApp';
import { server } from '@/testing/server';

const ada = { ...component('ada'), kind: 'User', spec: { profile: { displayName: 'Ada Lovelace' } } };
const SESSIONS = [
  {
    id: '1',
    clientId: 'https://agent.example/c.json',
    clientName: 'Agent',
    createdAt: '2026-11-01T10:00:00Z',
  },
  { id: '2', clientId: 'https://cli.example/c.json', clientName: 'CLI', createdAt: '2026-11-02T10:00:00Z' },
];

beforeEach(async () => {
  server.use(
    ...fakeCatalog([ada]),
    http.get(`${AUTH}/guest/refresh`, () =>
      HttpResponse.json(fakeAnswer('ada', { iss: 'https://portal.example/api/auth' })),
    ),
  );
  await signInSilently('guest');
});
afterEach(() => signOut());

it('says who one is, what counts as theirs, and what the token says', async () => {
  renderApp('/settings');
  const you = await screen.findByRole('region', { name: 'You' });
  await within(you).findByRole('link', { name: 'Ada Lovelace' });
  const owned = screen.getByRole('list', { name: 'What counts as yours' });
  expect(within(owned).getAllByRole('listitem')).toHaveLength(2);
  const token = screen.getByRole('region', { name: 'What your token says' });
  expect(token.textContent).toContain('https://portal.example/api/auth');
  expect(token.textContent).toContain('None: servers ask for it when they need it');
});

it('ends the session of a program at once, and brings it back if the server refuses', async () => {
  let ended: string[] = [];
  let kept = SESSIONS;
  server.use(
    http.get(`${AUTH}/.callboard/sessions`, () => HttpResponse.json({ items: kept })),
    http.delete(`${AUTH}/.callboard/sessions/:id`, ({ params }) => {
      if (params.id === '2')
        return HttpResponse.json(fakeError('ConflictError', 'Not now', 409), { status: 409 });
      ended = [...ended, String(params.id)];
      kept = kept.filter(({ id }) => id !== params.id);
      return new HttpResponse(null, { status: 204 });
    }),
  );
  renderApp('/settings/sessions');
  await userEvent.click(await screen.findByRole('button', { name: 'End the session of Agent' }));
  await waitFor(() => expect(screen.queryByRole('button', { name: 'End the session of Agent' })).toBeNull());
  expect(ended).toEqual(['1']);
  await userEvent.click(screen.getByRole('button', { name: 'End the session of CLI' }));
  await screen.findByText('Not now');
  await screen.findByRole('button', { name: 'End the session of CLI' });
});

it('shows with which providers one is connected', async () => {
  server.use(
    http.get(`${AUTH}/.callboard/sign-in-options`, () =>
      HttpResponse.json({
        environment: 'development',
        providers: [
          { id: 'github', title: 'GitHub', kind: 'oauth' },
          { id: 'okta', title: 'Okta', kind: 'oauth' },
          { id: 'guest', title: 'Guest', kind: 'guest' },
        ],
      }),
    ),
    http.get(`${AUTH}/github/refresh`, () =>
      HttpResponse.json({ profile: { email: 'ada@example.com' }, providerInfo: { scope: 'read:user repo' } }),
    ),
    http.get(`${AUTH}/okta/refresh`, () =>
      HttpResponse.json(fakeError('AuthenticationError', 'Refresh failed', 401), { status: 401 }),
    ),
  );
  renderApp('/settings/auth-providers');
  await screen.findByText('ada@example.com');
  expect(screen.getByText('read:user repo')).toBeDefined();
  await screen.findByText('Not connected');
  expect(screen.getByRole('button', { name: 'Disconnect GitHub' })).toBeDefined();
  expect(screen.getByRole('button', { name: 'Connect Okta' })).toBeDefined();
  expect(screen.queryByText('Guest')).toBeNull();
});
