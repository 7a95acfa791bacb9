import { describe, expect, it } from 'vitest';
import type { Entity } from '@/api/catalog';
import { refText } from '@/modules/entity/ref';
import { component } from '@/testing/fakeCatalog';
import { edgeOf, type GraphLimits, walk } from './graph';

function linked(edges: [string, string][]): (refs: string[]) => Promise<(Entity | null)[]> {
  const names = [...new Set(edges.flat())];
  const entities = names.map((name) =>
    component(
      name,
      {},
      {
        relations: edges.flatMap(([from, to]) => [
          ...(from === name ? [{ type: 'dependsOn', targetRef: `component:default/${to}` }] : []),
          ...(to === name ? [{ type: 'dependencyOf', targetRef: `component:default/${from}` }] : []),
        ]),
      },
    ),
  );
  const byRef = new Map(entities.map((entity) => [refText(entity), entity]));
  return async (refs) => refs.map((ref) => byRef.get(ref) ?? null);
}

const limits: GraphLimits = { depth: 2, most: 100, relations: undefined, kinds: undefined, reach: 'flow' };
const names = (graph: { nodes: { ref: string }[] }) => graph.nodes.map(({ ref }) => ref.split('/')[1]).sort();
const root = 'component:default/web';

describe('walking the graph', () => {
  const read = linked([
    ['web', 'api'],
    ['api', 'db'],
    ['db', 'disk'],
    ['app', 'web'],
    ['other', 'api'],
  ]);

  it('follows what is needed and what needs it, and leaves siblings out', async () => {
    expect(names(await walk(root, limits, read))).toEqual(['api', 'app', 'db', 'web']);
  });

  it('takes every neighbour when asked to', async () => {
    expect(names(await walk(root, { ...limits, reach: 'all' }, read))).toEqual([
      'api',
      'app',
      'db',
      'other',
      'web',
    ]);
  });

  it('goes no deeper than told', async () => {
    expect(names(await walk(root, { ...limits, depth: 1 }, read))).toEqual(['api', 'app', 'web']);
  });

  it('draws each relation once, whichever side names it', async () => {
    const graph = await walk(root, { ...limits, depth: 6 }, read);
    expect(graph.edges).toHaveLength(4);
    expect(edgeOf('a', 'dependencyOf', 'b')).toEqual({ from: 'b', to: 'a', type: 'dependsOn' });
  });

  it('says how much it left out at its limit', async () => {
    const graph = await walk(root, { ...limits, most: 2 }, read);
    expect(graph.nodes).toHaveLength(2);
    expect(graph.left).toBe(2);
  });

  it('survives circles and entities that do not exist', async () => {
    const circle = linked([
      ['web', 'api'],
      ['api', 'web'],
    ]);
    expect(names(await walk(root, { ...limits, depth: 6 }, circle))).toEqual(['api', 'web']);
    const gone = await walk(root, limits, async (refs) => refs.map(() => null));
    expect(gone.nodes[0]?.entity).toBeNull();
  });
});
