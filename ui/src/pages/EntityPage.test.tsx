import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { component, fakeCatalog } from '@/testing/fakeCatalog';
import { renderApp } from '@/testing/renderApp';
import { server } from '@/testing/server';

const web = component(
  'web',
  {},
  {
    metadata: {
      name: 'web',
      namespace: 'default',
      links: [
        { url: 'javascript:alert(document.domain)', title: 'Free coffee' },
        { url: 'https://grafana.example.com/d/web', title: 'Dashboard' },
      ],
      annotations: {
        'backstage.io/view-url': 'javascript:alert(1)',
        'backstage.io/edit-url': 'javascript:alert(2)',
        'backstage.io/source-location': 'url:javascript:alert(3)',
        'backstage.io/managed-by-location': 'url:javascript:alert(4)',
      },
    },
    relations: [
      { type: 'ownedBy', targetRef: 'group:default/team-a' },
      { type: 'dependsOn', targetRef: 'component:default/gone' },
    ],
    status: {
      items: [
        {
          type: 'backstage.io/catalog-processing',
          level: 'error',
          message: 'InputError: catalog-info.yaml:14:7: spec.lifecycle must be a string',
        },
      ],
    },
  },
);

it('never makes a link of a harmful address (CVE-2023-25571)', async () => {
  server.use(...fakeCatalog([web]));
  renderApp('/catalog/default/component/web');
  expect(await screen.findByRole('link', { name: /Dashboard/ })).toBeDefined();
  expect(screen.getByText('Free coffee').closest('a')).toBeNull();
  for (const link of document.querySelectorAll('a[href]')) {
    expect(link.getAttribute('href')).not.toMatch(/javascript/i);
  }
});

it('shows what processing found wrong, with file and line', async () => {
  server.use(...fakeCatalog([web]));
  renderApp('/catalog/default/component/web');
  expect(await screen.findByText(/catalog-info\.yaml:14:7/)).toBeDefined();
  expect(screen.getByText('1 problem')).toBeDefined();
});

it('marks a reference to nothing as such', async () => {
  server.use(...fakeCatalog([web]));
  renderApp('/catalog/default/component/web');
  await waitFor(() => expect(screen.getAllByText('Not in the catalog').length).toBeGreaterThan(0));
  expect(await screen.findByRole('link', { name: /gone.*not in the catalog/ })).toBeDefined();
});

it('explains an address without an entity', async () => {
  server.use(...fakeCatalog([web]));
  renderApp('/catalog/default/component/nope');
  expect(await screen.findByText('No component named "nope"')).toBeDefined();
});
