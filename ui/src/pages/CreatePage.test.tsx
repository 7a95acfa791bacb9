import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { expect, it } from 'vitest';
import type { Entity } from '@/api/catalog';
import { fakeCatalog } from '@/testing/fakeCatalog';
import { fakeError } from '@/testing/fakeSession';
import { renderApp } from '@/testing/renderApp';
import { CATALOG, server } from '@/testing/server';

const template = (name: string, type: string, tags: string[], more: Partial<Entity> = {}): Entity => ({
  apiVersion: 'scaffolder.backstage.io/v1beta3',
  kind: 'Template',
  metadata: { name, namespace: 'default', uid: `uid-${name}`, title: `Title of ${name}`, tags },
  spec: { type, owner: 'team-a' },
  relations: [{ type: 'ownedBy', targetRef: 'group:default/team-a' }],
  ...more,
});
const templates = [template('one', 'service', ['rust']), template('two', 'website', ['js', 'rust'])];
const cards = () =>
  within(screen.getByRole('list', { name: 'Templates' }))
    .getAllByRole('heading')
    .map((heading) => heading.textContent);

it('lists templates as cards that lead to their forms, and filters them in the address', async () => {
  server.use(...fakeCatalog(templates));
  const { address } = renderApp('/create');
  const link = await screen.findByRole('link', { name: 'Title of one' });
  expect(link.getAttribute('href')).toBe('/create/templates/default/one');
  expect(cards()).toEqual(['Title of one', 'Title of two']);
  await userEvent.click(await screen.findByRole('checkbox', { name: /website/ }));
  await waitFor(() => expect(cards()).toEqual(['Title of two']));
  expect(address()).toBe('/create?type=website');
});

it('narrows to a tag with one click on it', async () => {
  server.use(...fakeCatalog(templates));
  const { address } = renderApp('/create');
  const [tag] = await screen.findAllByRole('button', { name: 'Only templates with the tag js' });
  await userEvent.click(tag as HTMLElement);
  await waitFor(() => expect(cards()).toEqual(['Title of two']));
  expect(address()).toBe('/create?tag=js');
});

it('says on its card what is wrong with a template', async () => {
  const item = { type: 'x', level: 'error', message: 'spec.steps must be an array' } as const;
  server.use(...fakeCatalog([template('ill', 'service', [], { status: { items: [item] } })]));
  renderApp('/create');
  expect(await screen.findByText('spec.steps must be an array')).toBeDefined();
});

it('says which filter to drop, or how to begin', async () => {
  server.use(...fakeCatalog(templates));
  renderApp('/create?type=service&tag=js');
  expect(await screen.findByRole('link', { name: 'Without Type: service' })).toBeDefined();
  expect(screen.getByRole('link', { name: 'Without Tag: js' })).toBeDefined();
});

it('says that there are none yet', async () => {
  server.use(...fakeCatalog([]));
  renderApp('/create');
  expect(await screen.findByRole('heading', { name: 'No templates yet' })).toBeDefined();
});

it('says whom to ask where one may not see any', async () => {
  server.use(
    http.post(`${CATALOG}/entities/by-query`, () =>
      HttpResponse.json(fakeError('NotAllowedError', 'No', 403), { status: 403 }),
    ),
    ...fakeCatalog([]),
  );
  renderApp('/create');
  expect(await screen.findByRole('heading', { name: 'You may not see templates' })).toBeDefined();
});
