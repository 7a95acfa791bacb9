import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http } from 'msw';
import { expect, it } from 'vitest';
import { component, fakeCatalog, type Seen } from '@/testing/fakeCatalog';
import { renderApp } from '@/testing/renderApp';
import { CATALOG, server } from '@/testing/server';

const entities = [
  component('alpha', { type: 'service', owner: 'team-a' }),
  component('beta', { type: 'website', owner: 'team-b' }),
  component('gamma', { type: 'service', owner: 'team-b', lifecycle: undefined }),
];

const names = () =>
  screen
    .getAllByRole('row')
    .flatMap((row) => within(row).queryAllByRole('link').slice(0, 1))
    .map((link) => link.textContent);

it('shows rows with the total, and puts a chosen facet into the address', async () => {
  server.use(...fakeCatalog(entities));
  const { router, address } = renderApp('/catalog');
  await waitFor(() => expect(names()).toEqual(['alpha', 'beta', 'gamma']));
  expect(screen.getByText('3 components')).toBeDefined();

  await userEvent.click(await screen.findByRole('checkbox', { name: /website/ }));
  await waitFor(() => expect(names()).toEqual(['beta']));
  expect(address()).toBe('/catalog?type=website');

  router.history.back();
  await waitFor(() => expect(names()).toEqual(['alpha', 'beta', 'gamma']));
  expect(address()).toBe('/catalog');
});

it('draws what a shared address says', async () => {
  server.use(...fakeCatalog(entities));
  renderApp('/catalog?owner=group:default/team-b&type=service');
  await waitFor(() => expect(names()).toEqual(['gamma']));
  expect(screen.getByRole('checkbox', { name: /^service/ })).toHaveProperty('checked', true);
});

it('says which filter to drop when nothing matches', async () => {
  server.use(...fakeCatalog(entities));
  const { address } = renderApp('/catalog?owner=group:default/team-a&type=website');
  const way = await screen.findByRole('link', { name: 'Without Type: website: 1' });
  expect(screen.getByRole('link', { name: 'Without Owner: group:default/team-a: 1' })).toBeDefined();
  await userEvent.click(way);
  await waitFor(() => expect(names()).toEqual(['alpha']));
  expect(address()).toBe('/catalog?owner=group:default/team-a');
});

it('keeps entities without a value to sort by at the end instead of losing them', async () => {
  server.use(...fakeCatalog(entities));
  renderApp('/catalog?sort=lifecycle');
  await waitFor(() => expect(names()).toEqual(['alpha', 'beta', 'gamma']));
  expect(screen.getByText('Without a value to sort by (1)')).toBeDefined();
  expect(screen.getByText('3 components')).toBeDefined();
});

it('asks for pages in sight only, however long the list', async () => {
  const seen: Seen = { pages: [] };
  const many = Array.from({ length: 10_000 }, (_, index) => component(`c-${String(index).padStart(5, '0')}`));
  server.use(...fakeCatalog(many, seen));
  renderApp('/catalog');
  await screen.findByText('10,000 components');
  await waitFor(() => expect(names()[0]).toBe('c-00000'));
  expect(screen.getAllByRole('row').length).toBeLessThan(80);
  expect(seen.pages.filter((page) => (page.limit ?? 0) > 0)).toHaveLength(1);
});

it('filters by text and keeps it in the address', async () => {
  server.use(...fakeCatalog(entities));
  const { address } = renderApp('/catalog');
  await userEvent.type(await screen.findByRole('searchbox', { name: 'Filter components' }), 'gam');
  await waitFor(() => expect(names()).toEqual(['gamma']));
  expect(address()).toBe('/catalog?q=gam');
});

it('says that it is busy until everything in sight is there', async () => {
  let answer = () => {};
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  server.use(
    http.post(`${CATALOG}/entities/by-query`, async () => {
      await held;
      return undefined;
    }),
    ...fakeCatalog(entities),
  );
  renderApp('/catalog');
  const main = await screen.findByRole('main');
  await screen.findByRole('table', { name: 'Components' });
  expect(main.getAttribute('aria-busy')).toBe('true');
  answer();
  await waitFor(() => expect(main.getAttribute('aria-busy')).toBe('false'));
  expect(names()).toEqual(['alpha', 'beta', 'gamma']);
});

it('counts the values of facets within the text', async () => {
  server.use(...fakeCatalog(entities));
  renderApp('/catalog?q=a');
  await screen.findByRole('checkbox', { name: /^service2$/ });
  await userEvent.type(screen.getByRole('searchbox', { name: 'Filter components' }), 'lph');
  expect(await screen.findByRole('checkbox', { name: /^service1$/ })).toBeDefined();
});

it('selects a range with shift, everything that is listed, and lets go when the list becomes another one', async () => {
  server.use(...fakeCatalog(entities));
  renderApp('/catalog');
  await waitFor(() => expect(names()).toEqual(['alpha', 'beta', 'gamma']));
  const user = userEvent.setup();
  await user.click(screen.getByRole('checkbox', { name: 'Select alpha' }));
  await screen.findByText('1 selected');
  await user.keyboard('{Shift>}');
  await user.click(screen.getByRole('checkbox', { name: 'Select gamma' }));
  await user.keyboard('{/Shift}');
  await screen.findByText('3 selected');
  await user.click(screen.getByRole('checkbox', { name: 'Select beta' }));
  await screen.findByText('2 selected');
  await user.click(screen.getByRole('button', { name: 'Select all 3' }));
  await screen.findByText('3 selected');
  await user.click(screen.getByRole('checkbox', { name: /^website/ }));
  await waitFor(() => expect(screen.queryByText('3 selected')).toBeNull());
});
