import { expect, it } from 'vitest';
import type { Entity } from '@/api/catalog';
import { refText } from '@/modules/entity/ref';
import { component } from '@/testing/fakeCatalog';
import { follow } from './dependencies';

const c = (name: string) => `component:default/${name}`;
const relation = (type: string, name: string) => ({ type, targetRef: c(name) });
const entities = [
  component('web', {}, { relations: [relation('consumesApi', 'api'), relation('ownedBy', 'team')] }),
  component(
    'api',
    {},
    { relations: [relation('apiConsumedBy', 'web'), relation('apiProvidedBy', 'server')] },
  ),
  component('server', {}, { relations: [relation('providesApi', 'api'), relation('dependsOn', 'db')] }),
  component('db', {}, { relations: [relation('dependencyOf', 'server'), relation('dependsOn', 'web')] }),
];
const byRef = new Map(entities.map((entity) => [refText(entity), entity]));
const read = async (refs: string[]): Promise<(Entity | null)[]> => refs.map((ref) => byRef.get(ref) ?? null);
const steps = (items: { ref: string; level: number; via: string }[]) =>
  items.map(({ ref, level, via }) => [ref, level, via]);

it('goes through an API to who provides it, and comes to an end in a circle', async () => {
  const { items } = await follow(c('web'), 'needs', 6, read);
  expect(steps(items)).toEqual([
    [c('api'), 1, c('web')],
    [c('server'), 2, c('api')],
    [c('db'), 3, c('server')],
  ]);
});

it('goes the other way, no deeper than told', async () => {
  expect(steps((await follow(c('db'), 'neededBy', 2, read)).items)).toEqual([
    [c('server'), 1, c('db')],
    [c('api'), 2, c('server')],
  ]);
});

it('counts who uses its API as needing it directly', async () => {
  expect(steps((await follow(c('server'), 'neededBy', 1, read)).items)).toEqual([[c('web'), 1, c('api')]]);
});

it('says how much it left out at its limit', async () => {
  const { items, left } = await follow(c('web'), 'needs', 6, read, 1);
  expect(items).toHaveLength(1);
  expect(left).toBe(1);
});
