import { expect, it } from 'vitest';
import type { Entity } from '@/api/catalog';
import { refText } from '@/modules/entity/ref';
import { component } from '@/testing/fakeCatalog';
import { ORIGIN, planRemoval } from './removal';
import { toggled, withAll } from './useSelection';

const from = (name: string, origin: string): Entity =>
  component(name, {}, { metadata: { name, namespace: 'default', annotations: { [ORIGIN]: origin } } });

const locations = [
  { id: 'l-1', type: 'url', target: 'https://example.com/a.yaml' },
  { id: 'l-2', type: 'url', target: 'https://example.com/b.yaml' },
];
const one = from('one', 'url:https://example.com/a.yaml');
const two = from('two', 'url:https://example.com/a.yaml');
const other = from('other', 'file:/srv/catalog.yaml');
const names = (entities: Entity[]) => entities.map((entity) => entity.metadata.name);

it('takes whole locations, and tells what goes along with what was selected', () => {
  const plan = planRemoval([one, other], locations, [one, two]);
  expect(plan.locations.map(({ id, entities }) => [id, names(entities)])).toEqual([['l-1', ['one', 'two']]]);
  expect(names(plan.single)).toEqual(['other']);
  expect(names(plan.along)).toEqual(['two']);
});

it('unregisters each location once', () => {
  expect(planRemoval([one, two], locations, [one, two]).locations).toHaveLength(1);
});

it('a selection takes in and lets go by reference', () => {
  const chosen = withAll(new Map(), [one, two, one]);
  expect([...chosen.keys()]).toEqual([refText(one), refText(two)]);
  expect([...toggled(chosen, one).keys()]).toEqual([refText(two)]);
});
