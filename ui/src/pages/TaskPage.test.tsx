import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { Task } from '@/api/scaffolder';
import { fakeCatalog } from '@/testing/fakeCatalog';
import { fakeEvents, fakeScaffolder, fakeTask, type SeenCalls } from '@/testing/fakeScaffolder';
import { renderApp } from '@/testing/renderApp';
import { server } from '@/testing/server';

const EVENTS = fakeEvents('t', [
  { message: 'Starting up task with 2 steps' },
  { message: 'Beginning step Fetch the skeleton', stepId: 'fetch', status: 'processing' },
  { message: '\u001b[32minfo\u001b[39m: hello', stepId: 'fetch' },
  { message: 'Finished step Fetch the skeleton', stepId: 'fetch', status: 'completed' },
]);
const completed = fakeEvents('t', [
  ...EVENTS.map(({ body }) => body),
  {
    type: 'completion',
    message: 'Run completed with status: completed',
    output: {
      links: [
        { title: 'Repository', url: 'https://example.com/made' },
        { title: 'Bad', url: 'javascript:alert(1)' },
      ],
      text: [{ title: 'Note', content: 'Made **it** <img src=x onerror=alert(1)>' }],
    },
  },
]);

function start(task: Task, events = EVENTS, seen: SeenCalls = { created: [], posted: [] }) {
  server.use(...fakeCatalog([]), ...fakeScaffolder({ tasks: [task], events: { t: events } }, seen));
  return seen;
}

it('shows each step with its state, and the log', async () => {
  start(fakeTask('t'));
  renderApp('/create/tasks/t');
  const steps = await screen.findByRole('list', { name: 'Steps' });
  await waitFor(() =>
    expect(within(steps).getByRole('button', { name: /Fetch the skeleton.*Completed/ })).toBeDefined(),
  );
  expect(within(steps).getByRole('button', { name: /Publish.*Not started/ })).toBeDefined();
  const log = screen.getByRole('region', { name: 'Lines of the log' });
  expect(within(log).getByText('info').getAttribute('style')).toContain('--ansi-green');
});

it('narrows the log to a step and to a text, in the address', async () => {
  start(fakeTask('t'));
  const { address } = renderApp('/create/tasks/t');
  await userEvent.click(await screen.findByRole('button', { name: /Fetch the skeleton.*Completed/ }));
  expect(address()).toBe('/create/tasks/t?step=fetch');
  expect(await screen.findByText('3 of 4 lines')).toBeDefined();
  expect(screen.queryByText('Starting up task with 2 steps')).toBeNull();
});

it('gives every line an address', async () => {
  start(fakeTask('t'));
  const { address } = renderApp('/create/tasks/t');
  await userEvent.click(await screen.findByRole('button', { name: 'Link to line 3' }));
  expect(address()).toBe('/create/tasks/t?line=3');
});

it('shows what it gave, and nothing harmful of it', async () => {
  start(fakeTask('t', { status: 'completed' }), completed);
  renderApp('/create/tasks/t');
  const output = await screen.findByRole('region', { name: 'Output' });
  expect(
    within(output)
      .getByRole('link', { name: /Repository/ })
      .getAttribute('href'),
  ).toBe('https://example.com/made');
  expect(within(output).queryByRole('link', { name: /Bad/ })).toBeNull();
  expect((await within(output).findByText('it')).tagName).toBe('STRONG');
  expect(output.querySelector('img')).toBeNull();
});

it('is run again from the step that failed', async () => {
  const failed = fakeEvents('t', [
    ...EVENTS.map(({ body }) => body),
    { message: 'Beginning step Publish', stepId: 'publish', status: 'processing' },
    { message: 'Error: no', stepId: 'publish', status: 'failed' },
    {
      type: 'completion',
      message: 'Run completed with status: failed',
      error: { name: 'Error', message: 'no' },
    },
  ]);
  const seen = start(fakeTask('t', { status: 'failed' }), failed);
  renderApp('/create/tasks/t');
  await userEvent.click(await screen.findByRole('button', { name: 'Retry from Publish' }));
  await waitFor(() =>
    expect(seen.posted).toEqual([
      { path: '/api/scaffolder/v2/tasks/t/retry', body: { fromStep: 'publish' } },
    ]),
  );
});

it('lets those who may decide approve a step', async () => {
  const seen = start(
    fakeTask('t', {
      waitingFor: {
        stepId: 'publish',
        approvers: ['group:default/team-a'],
        message: 'It costs money',
        mayDecide: true,
      },
    }),
  );
  renderApp('/create/tasks/t');
  const approval = await screen.findByRole('region', { name: 'Approval of Publish' });
  expect(within(approval).getByText('It costs money')).toBeDefined();
  await userEvent.type(within(approval).getByRole('textbox'), 'fine');
  await userEvent.click(within(approval).getByRole('button', { name: 'Approve' }));
  await waitFor(() =>
    expect(seen.posted).toEqual([
      {
        path: '/api/scaffolder/v2/tasks/t/approvals',
        body: { stepId: 'publish', decision: 'approve', comment: 'fine' },
      },
    ]),
  );
});

it('is cancelled', async () => {
  const seen = start(fakeTask('t'));
  renderApp('/create/tasks/t');
  await userEvent.click(await screen.findByRole('button', { name: 'Cancel' }));
  await waitFor(() => expect(seen.posted[0]?.path).toBe('/api/scaffolder/v2/tasks/t/cancel'));
});

it('says that there is no such task', async () => {
  start(fakeTask('t'));
  renderApp('/create/tasks/nope');
  expect(await screen.findByRole('heading', { name: 'There is no such task' })).toBeDefined();
});
