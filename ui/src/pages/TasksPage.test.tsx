import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http } from 'msw';
import { expect, it } from 'vitest';
import { fakeCatalog } from '@/testing/fakeCatalog';
import { fakeScaffolder, fakeTask, SCAFFOLDER } from '@/testing/fakeScaffolder';
import { renderApp } from '@/testing/renderApp';
import { server } from '@/testing/server';

const named = (id: string, name: string, more = {}) => {
  const task = fakeTask(id, { status: 'completed', ...more });
  return { ...task, spec: { ...task.spec, parameters: { name } } };
};
const waitingFor = { stepId: 'publish', approvers: ['group:default/team-a'], mayDecide: true };

function start(tasks = [named('1', 'first'), named('2', 'second', { status: 'failed' })]) {
  const asked: string[] = [];
  server.use(
    http.get(`${SCAFFOLDER}/v2/tasks`, ({ request }) => {
      asked.push(new URL(request.url).search);
      return undefined;
    }),
    ...fakeCatalog([]),
    ...fakeScaffolder({ tasks }),
  );
  return asked;
}

it('lists tasks with their states, and asks the server with what the address says', async () => {
  const asked = start();
  const { address } = renderApp('/create/tasks?whose=all');
  await screen.findByRole('link', { name: 'first' });
  await userEvent.click(screen.getByRole('button', { name: 'Failed' }));
  await waitFor(() => expect(screen.queryByRole('link', { name: 'first' })).toBeNull());
  expect(address()).toBe('/create/tasks?whose=all&status=failed');
  expect(asked).toContain('?status=failed&limit=25&offset=0');
});

it('goes from page to page', async () => {
  const many = Array.from({ length: 30 }, (_, index) => named(`${index}`, `made-${index}`));
  const asked = start(many);
  const { address } = renderApp('/create/tasks?whose=all');
  await userEvent.click(await screen.findByRole('link', { name: 'Older' }));
  expect(await screen.findByRole('link', { name: 'made-29' })).toBeDefined();
  expect(address()).toBe('/create/tasks?whose=all&page=2');
  expect(asked).toContain('?limit=25&offset=25');
});

it('puts on top what waits for the person', async () => {
  start([named('1', 'first'), named('2', 'expensive', { status: 'processing', waitingFor })]);
  renderApp('/create/tasks?whose=all');
  const card = await screen.findByRole('region', { name: 'Waiting for you' });
  expect(within(card).getByRole('link', { name: 'expensive' })).toBeDefined();
  expect(within(card).queryByRole('link', { name: 'first' })).toBeNull();
});

it('shows at home what waits for the person', async () => {
  start([named('2', 'expensive', { status: 'processing', waitingFor })]);
  renderApp('/home');
  const card = await screen.findByRole('region', { name: 'Needs you' });
  const link = within(card).getByRole('link', { name: 'A service: expensive' });
  expect(link.getAttribute('href')).toBe('/create/tasks/2');
});
