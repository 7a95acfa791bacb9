import { expect, it } from 'vitest';
import { component } from '@/testing/fakeCatalog';
import { offersOf } from './Offers';

const add = (entity: Parameters<typeof offersOf>[0]) => offersOf(entity).map((offer) => offer.add);

it('offers only what is not there', () => {
  const bare = component('web');
  expect(add(bare)).toEqual(['metadata.description', 'backstage.io/techdocs-ref', 'metadata.links']);
  const full = component(
    'web',
    {},
    {
      metadata: {
        name: 'web',
        description: 'The web',
        links: [{ url: 'https://example.com' }],
        annotations: { 'backstage.io/techdocs-ref': 'dir:.' },
      },
    },
  );
  expect(add(full)).toEqual([]);
});

it('asks nobody for the documentation of a person', () => {
  expect(add({ ...component('ada'), kind: 'User' })).toEqual(['metadata.links']);
});
