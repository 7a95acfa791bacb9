import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { expect, it } from 'vitest';
import type { Entity } from '@/api/catalog';
import type { ParameterSchema } from '@/api/scaffolder';
import { component, fakeCatalog } from '@/testing/fakeCatalog';
import {
  type FakeScaffolder,
  fakeEvents,
  fakeScaffolder,
  fakeTask,
  SCAFFOLDER,
  type SeenCalls,
} from '@/testing/fakeScaffolder';
import { renderApp } from '@/testing/renderApp';
import { server } from '@/testing/server';

const template: Entity = {
  apiVersion: 'scaffolder.backstage.io/v1beta3',
  kind: 'Template',
  metadata: { name: 'service', namespace: 'default', uid: 'uid-service', title: 'A service' },
  spec: { type: 'service', owner: 'team-a' },
  relations: [{ type: 'ownedBy', targetRef: 'group:default/team-a' }],
};
const group = (name: string): Entity => ({
  ...component(name),
  kind: 'Group',
  metadata: { name, namespace: 'default', uid: `uid-group-${name}` },
  spec: { type: 'team', children: [] },
});

const form: ParameterSchema = {
  title: 'A service',
  presentation: { buttonLabels: { createButtonText: 'Make it' } },
  steps: [
    {
      title: 'About it',
      schema: {
        required: ['name', 'owner'],
        properties: {
          name: { title: 'Name', type: 'string', maxLength: 5, 'ui:field': 'EntityNamePicker' },
          owner: { title: 'Owner', type: 'string', 'ui:field': 'OwnerPicker' },
          kind: {
            title: 'Kind',
            type: 'string',
            enum: ['plain', 'fancy'],
            enumNames: ['Plain', 'Fancy'],
            default: 'plain',
          },
        },
        dependencies: {
          kind: {
            oneOf: [
              { properties: { kind: { const: 'plain' } } },
              {
                properties: { kind: { const: 'fancy' }, colour: { title: 'Colour', type: 'string' } },
                required: ['colour'],
              },
            ],
          },
        },
      },
    },
    {
      title: 'Access',
      schema: {
        properties: {
          token: { title: 'Token', type: 'string', 'ui:field': 'Secret' },
          odd: { title: 'Odd', type: 'string', 'ui:field': 'NoSuchField' },
        },
      },
    },
  ],
};

function start(seen: SeenCalls = { created: [], posted: [] }, more: FakeScaffolder = {}) {
  server.use(
    ...fakeCatalog([template, group('team-a'), group('team-b')]),
    ...fakeScaffolder({ forms: { service: form }, tasks: [fakeTask('task-1')], ...more }, seen),
  );
  return seen;
}

const review = async () => {
  const buttons = await screen.findAllByRole('button', { name: 'Review' });
  await userEvent.click(buttons.at(-1) as HTMLElement);
};
const next = () => userEvent.click(screen.getByRole('button', { name: 'Next' }));

async function fillFirst() {
  await userEvent.type(await screen.findByLabelText(/^Name/), 'made');
  await userEvent.click(screen.getByLabelText(/^Owner/));
  await userEvent.click(await screen.findByRole('option', { name: /team-b/ }));
}

it('goes from page to page, shows everything before it is sent, and keeps the secret apart', async () => {
  const seen = start(undefined, {
    events: { 'task-1': fakeEvents('task-1', [{ message: 'Starting up task with 2 steps' }]) },
  });
  const { address } = renderApp('/create/templates/default/service');
  await fillFirst();
  await next();
  await userEvent.type(await screen.findByLabelText('Token'), 's3cr3t');
  expect(screen.getByText('This portal has no field NoSuchField')).toBeDefined();
  await review();
  const first = within(await screen.findByRole('region', { name: 'About it' }));
  expect(first.getByText('made')).toBeDefined();
  expect(first.getByText('Plain')).toBeDefined();
  expect(screen.queryByText('s3cr3t')).toBeNull();
  expect(within(screen.getByRole('region', { name: 'Access' })).getByText('••••••')).toBeDefined();
  expect(JSON.stringify(localStorage)).not.toContain('s3cr3t');
  await userEvent.click(screen.getByRole('button', { name: 'Make it' }));
  await waitFor(() => expect(address()).toBe('/create/tasks/task-1'));
  expect(seen.created).toEqual([
    {
      templateRef: 'template:default/service',
      values: { name: 'made', owner: 'group:default/team-b', kind: 'plain', token: '******' },
      secrets: { token: 's3cr3t' },
    },
  ]);
});

it('says at the field what is missing or wrong, and does not go on', async () => {
  start();
  renderApp('/create/templates/default/service');
  await userEvent.type(await screen.findByLabelText(/^Name/), 'far too long');
  await next();
  expect(await screen.findByText('At most 5 characters')).toBeDefined();
  expect(screen.getByText('This is needed')).toBeDefined();
  expect(screen.getByRole('heading', { name: 'About it' })).toBeDefined();
});

it('asks for what a choice brings with it', async () => {
  start();
  renderApp('/create/templates/default/service');
  await fillFirst();
  await userEvent.selectOptions(screen.getByLabelText('Kind'), 'Fancy');
  expect(await screen.findByLabelText(/^Colour/)).toBeDefined();
  await next();
  expect(await screen.findByText('This is needed')).toBeDefined();
});

it('knows names that the catalog would not take', async () => {
  start();
  renderApp('/create/templates/default/service');
  await userEvent.type(await screen.findByLabelText(/^Name/), 'a b');
  await userEvent.click(screen.getByLabelText(/^Owner/));
  await userEvent.click(await screen.findByRole('option', { name: /team-b/ }));
  await next();
  expect(await screen.findByText(/Letters, digits, dashes/)).toBeDefined();
});

it('keeps a draft without its secrets, and lets go of it', async () => {
  localStorage.setItem(
    'callboard:draft::template:default/service',
    JSON.stringify({
      values: { name: 'old', owner: 'group:default/team-a' },
      savedAt: '2026-11-25T09:00:00.000Z',
    }),
  );
  start();
  renderApp('/create/templates/default/service');
  expect(await screen.findByDisplayValue('old')).toBeDefined();
  await userEvent.click(screen.getByRole('button', { name: 'Discard draft' }));
  await waitFor(() => expect(screen.queryByDisplayValue('old')).toBeNull());
  expect(localStorage.getItem('callboard:draft::template:default/service')).toBeNull();
});

it('starts with the values of the address', async () => {
  start();
  const values = encodeURIComponent(JSON.stringify({ name: 'given', token: '****' }));
  const { address } = renderApp(`/create/templates/default/service?formData=${values}`);
  expect(await screen.findByDisplayValue('given')).toBeDefined();
  expect(address()).toBe('/create/templates/default/service');
});

it('brings what the server refuses to the field where it arises', async () => {
  start();
  server.use(
    http.post(`${SCAFFOLDER}/v2/tasks`, () =>
      HttpResponse.json(
        {
          errors: [
            {
              path: ['owner'],
              property: 'instance.owner',
              message: 'is not a team of yours',
              name: 'pattern',
              stack: 'instance.owner is not a team of yours',
            },
          ],
        },
        { status: 400 },
      ),
    ),
  );
  renderApp('/create/templates/default/service');
  await fillFirst();
  await next();
  await screen.findByLabelText('Token');
  await review();
  await userEvent.click(await screen.findByRole('button', { name: 'Make it' }));
  expect(await screen.findByText('Is not a team of yours')).toBeDefined();
  expect(screen.getByRole('heading', { name: 'About it' })).toBeDefined();
});

it('says that there is no such template', async () => {
  start();
  renderApp('/create/templates/default/nope');
  expect(await screen.findByRole('heading', { name: 'No template named "nope"' })).toBeDefined();
});
