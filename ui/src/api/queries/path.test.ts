import { describe, expect, it } from 'vitest';
import type { Entity } from '@/api/catalog';
import { refText } from '@/modules/entity/ref';
import { component } from '@/testing/fakeCatalog';
import { shortestPath } from './path';

const c = (name: string) => `component:default/${name}`;

function linked(edges: [string, string, string?][]) {
  const names = [...new Set(edges.flatMap((edge) => edge.slice(0, 2) as [string, string]))];
  const entities = names.map((name) =>
    component(
      name,
      {},
      {
        relations: edges.flatMap(([from, to, type = 'dependsOn']) => [
          ...(from === name ? [{ type, targetRef: c(to) }] : []),
          ...(to === name ? [{ type: 'dependencyOf', targetRef: c(from) }] : []),
        ]),
      },
    ),
  );
  const byRef = new Map(entities.map((entity) => [refText(entity), entity]));
  const asked: string[] = [];
  const read = async (refs: string[]): Promise<(Entity | null)[]> => {
    asked.push(...refs);
    return refs.map((ref) => byRef.get(ref) ?? null);
  };
  return { read, asked };
}

describe('the path between two entities', () => {
  const { read } = linked([
    ['a', 'b'],
    ['b', 'c'],
    ['c', 'd'],
    ['a', 'x'],
    ['d', 'x'],
    ['lonely', 'friend'],
  ]);

  it('is the shortest one, whatever the direction of the relations', async () => {
    const path = await shortestPath(c('a'), c('d'), undefined, read);
    expect(path.steps).toEqual([c('a'), c('x'), c('d')]);
    expect(path.edges.map(({ from, to }) => [from, to])).toEqual([
      [c('a'), c('x')],
      [c('d'), c('x')],
    ]);
  });

  it('is not there between what hangs together with nothing', async () => {
    const path = await shortestPath(c('a'), c('lonely'), undefined, read);
    expect(path.steps).toEqual([]);
    expect(path.gaveUp).toBe(false);
    expect(path.nodes.map(({ ref }) => ref)).toEqual([c('a'), c('lonely')]);
  });

  it('is one step to oneself', async () => {
    expect((await shortestPath(c('a'), c('a'), undefined, read)).steps).toEqual([c('a')]);
  });

  it('follows only the relations that are asked for', async () => {
    expect((await shortestPath(c('a'), c('d'), ['consumesApi'], read)).steps).toEqual([]);
  });

  it('reads each entity once, and survives one that does not exist', async () => {
    const { read: reading, asked } = linked([
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
    ]);
    await shortestPath(c('a'), c('c'), undefined, reading);
    expect(new Set(asked).size).toBe(asked.length);
    const gone = await shortestPath(c('a'), c('gone'), undefined, async (refs) => refs.map(() => null));
    expect(gone.steps).toEqual([]);
  });

  it('prefers what needs over what merely uses the same', async () => {
    const relation = (type: string, name: string) => ({ type, targetRef: c(name) });
    const entities = [
      component(
        'portal',
        {},
        { relations: [relation('consumesApi', 'accounts'), relation('consumesApi', 'bookings')] },
      ),
      component(
        'accounts',
        {},
        { relations: [relation('apiConsumedBy', 'portal'), relation('apiConsumedBy', 'booking')] },
      ),
      component(
        'bookings',
        {},
        { relations: [relation('apiConsumedBy', 'portal'), relation('apiProvidedBy', 'booking')] },
      ),
      component(
        'booking',
        {},
        {
          relations: [
            relation('consumesApi', 'accounts'),
            relation('providesApi', 'bookings'),
            relation('dependsOn', 'db'),
          ],
        },
      ),
      component('db', {}, { relations: [relation('dependencyOf', 'booking')] }),
    ];
    const byRef = new Map(entities.map((entity) => [refText(entity), entity]));
    const path = await shortestPath(c('portal'), c('db'), undefined, async (refs) =>
      refs.map((ref) => byRef.get(ref) ?? null),
    );
    expect(path.steps).toEqual([c('portal'), c('bookings'), c('booking'), c('db')]);
  });
});
