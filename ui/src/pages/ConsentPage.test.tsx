import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { expect, it } from 'vitest';
import { destinationOf, leaveTo, scopesOf } from '@/modules/consent/redirect';
import { fakeCatalog } from '@/testing/fakeCatalog';
import { AUTH } from '@/testing/fakeSession';
import { renderApp } from '@/testing/renderApp';
import { server } from '@/testing/server';

const REQUEST = {
  id: 's1',
  clientId: 'https://agent.example/client.json',
  clientName: 'Helpful agent',
  scope: 'openid offline_access',
  redirectUri: 'https://agent.example/callback',
};

function ask(request: object = REQUEST) {
  server.use(
    ...fakeCatalog([]),
    http.get(`${AUTH}/v1/sessions/s1`, () => HttpResponse.json(request)),
  );
}

it('says who asks, for what, and where the answer goes, without the rest of the portal', async () => {
  ask();
  renderApp('/oauth2/authorize/s1');
  await screen.findByRole('heading', { name: 'Let Helpful agent act for you?' });
  expect(screen.getByText('https://agent.example/client.json')).toBeDefined();
  expect(screen.getByText('https://agent.example/callback')).toBeDefined();
  expect(screen.getByText(/Stay signed in for you/)).toBeDefined();
  expect(screen.getByText(/Check that you know agent\.example/)).toBeDefined();
  expect(screen.queryByRole('navigation', { name: 'Portal' })).toBeNull();
});

it('sends a refusal, and shows it when that fails', async () => {
  let answered: string | undefined;
  ask();
  server.use(
    http.post(`${AUTH}/v1/sessions/s1/:answer`, ({ params }) => {
      answered = String(params.answer);
      return HttpResponse.json(
        { error: 'invalid_request', error_description: 'The request was answered already' },
        { status: 400 },
      );
    }),
  );
  renderApp('/oauth2/authorize/s1');
  await userEvent.click(await screen.findByRole('button', { name: 'Do not allow' }));
  await screen.findByText('The request was answered already');
  expect(answered).toBe('reject');
});

it('says that an old request is over', async () => {
  server.use(
    ...fakeCatalog([]),
    http.get(`${AUTH}/v1/sessions/s1`, () =>
      HttpResponse.json({ error: 'invalid_request', error_description: 'No such session' }, { status: 400 }),
    ),
  );
  renderApp('/oauth2/authorize/s1');
  await waitFor(() => screen.getByRole('heading', { name: 'This request is over' }));
});

it('tells programs on this computer from websites and apps', () => {
  expect(destinationOf('http://127.0.0.1:8055/callback')).toEqual({
    kind: 'computer',
    text: 'a program on this computer (127.0.0.1:8055)',
  });
  expect(destinationOf('https://claude.ai/cb')?.text).toBe('claude.ai');
  expect(destinationOf('cursor://anysphere/cb')?.kind).toBe('app');
  expect(destinationOf('nonsense')).toBeUndefined();
});

it('never runs an address instead of going there', () => {
  expect(() => leaveTo('javascript:alert(1)')).toThrow('refused');
});

it('names what it does not know as it is', () => {
  expect(scopesOf('openid custom').at(-1)).toBe('"custom"');
});
