import { describe, expect, it } from 'vitest';
import type { Graph } from '@/api/queries/graph';
import { component } from '@/testing/fakeCatalog';
import { chainOf, nearest } from './focus';
import { systemsOf, withoutBoxes } from './groups';
import { edgeKey, NODE_HEIGHT, NODE_WIDTH, place, placePath } from './layout';
import { pngScale, toSvg } from './svg';

const c = (name: string) => `component:default/${name}`;
const inSystem = (name: string, system: string) =>
  component(name, {}, { relations: [{ type: 'partOf', targetRef: `system:default/${system}` }] });

function graphOf(nodes: string[], edges: [string, string][], system?: (name: string) => string): Graph {
  return {
    nodes: nodes.map((name) => ({
      ref: c(name),
      entity: system ? inSystem(name, system(name)) : component(name),
      level: 0,
    })),
    edges: edges.map(([from, to]) => ({ from: c(from), to: c(to), type: 'dependsOn' })),
    left: 0,
  };
}

it('focus takes what is needed and what needs, and leaves siblings out', () => {
  const graph = graphOf(
    ['app', 'web', 'api', 'db', 'other'],
    [
      ['app', 'web'],
      ['web', 'api'],
      ['api', 'db'],
      ['other', 'api'],
    ],
  );
  expect([...chainOf(graph, c('web'))].sort()).toEqual(['api', 'app', 'db', 'web'].map(c).sort());
});

it('arrow keys go to what lies ahead, not to what is near aside', () => {
  const spots = [
    { ref: 'a', x: 0, y: 0 },
    { ref: 'ahead', x: 300, y: 0 },
    { ref: 'aside', x: 290, y: 400 },
    { ref: 'below', x: 0, y: 50 },
  ];
  const [from] = spots as [(typeof spots)[number]];
  expect(nearest(spots, from, 'right')?.ref).toBe('ahead');
  expect(nearest(spots, from, 'down')?.ref).toBe('below');
  expect(nearest(spots, from, 'left')).toBeUndefined();
});

describe('grouping by system', () => {
  const graph = graphOf(['a', 'b', 'x'], [['a', 'x']], (name) => (name === 'x' ? 'two' : 'one'));

  it('puts each part into the box of its system', () => {
    const groups = systemsOf(graph);
    expect(groups.get('system:default/one')).toEqual([c('a'), c('b')]);
    const { boxes, nodes } = place(graph, 'LR', groups);
    for (const [system, members] of groups) {
      const box = boxes.find(({ ref }) => ref === system);
      for (const member of members) {
        const node = nodes.find(({ ref }) => ref === member);
        expect(node && box && node.x > box.x && node.x + NODE_WIDTH < box.x + box.width).toBe(true);
        expect(node && box && node.y > box.y && node.y + NODE_HEIGHT < box.y + box.height).toBe(true);
      }
    }
  });

  it('does not draw again what the box says', () => {
    const system = 'system:default/one';
    const whole: Graph = {
      ...graph,
      nodes: [...graph.nodes, { ref: system, entity: null, level: 1 }],
      edges: [...graph.edges, { from: c('a'), to: system, type: 'partOf' }],
    };
    const drawn = withoutBoxes(whole, systemsOf(whole), c('a'));
    expect(drawn.nodes.map(({ ref }) => ref)).not.toContain(system);
    expect(drawn.edges).toEqual(graph.edges);
    expect(withoutBoxes(whole, systemsOf(whole), system).nodes.map(({ ref }) => ref)).toContain(system);
  });
});

it.each([false, true])('two hundred entities do not lie on each other (grouped: %s)', (grouped) => {
  const names = Array.from({ length: 200 }, (_, index) => `n${index}`);
  const edges = names.slice(1).map((name, index): [string, string] => [`n${Math.floor(index / 4)}`, name]);
  const graph = graphOf(names, edges, (name) => `s${Number(name.slice(1)) % 12}`);
  const { nodes } = place(graph, 'LR', grouped ? systemsOf(graph) : undefined);
  expect(nodes).toHaveLength(200);
  for (const [index, one] of nodes.entries()) {
    for (const other of nodes.slice(index + 1)) {
      const apart = Math.abs(one.x - other.x) >= NODE_WIDTH || Math.abs(one.y - other.y) >= NODE_HEIGHT;
      expect(apart).toBe(true);
    }
  }
});

it('the picture escapes what people wrote, and stays within what browsers draw', () => {
  const graph = graphOf(['a'], []);
  graph.nodes[0] = {
    ref: c('a'),
    entity: component('a', {}, { metadata: { name: 'a', title: '<script>' } }),
    level: 0,
  };
  const picture = toSvg({ graph, layout: place(graph, 'LR'), direction: 'LR', root: c('a'), labels: true });
  expect(picture.svg).toContain('&lt;script&gt;');
  expect(picture.svg).not.toContain('<script>');
  expect(pngScale({ width: 400, height: 300 })).toBe(2);
  expect(20_000 * pngScale({ width: 20_000, height: 10 })).toBeLessThanOrEqual(8_192);
});

it('a path reads from its start to its end, whatever the direction of its relations', () => {
  const graph = graphOf(
    ['start', 'middle', 'end'],
    [
      ['start', 'middle'],
      ['end', 'middle'],
    ],
  );
  const { nodes, reversed } = placePath(graph, ['start', 'middle', 'end'].map(c), 'LR');
  expect(nodes.map(({ x }) => x)).toEqual(nodes.map(({ x }) => x).toSorted((a, b) => a - b));
  expect([...reversed]).toEqual([edgeKey({ from: c('end'), type: 'dependsOn', to: c('middle') })]);
});
