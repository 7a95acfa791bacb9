// Where each node stands: layers by direction of the relations.

import { Graph as Dagre, layout as dagreLayout } from '@dagrejs/dagre';
import type { Graph } from '@/api/queries/graph';
import type { Direction } from './graphSearch';

export const NODE_WIDTH = 196;
export const NODE_HEIGHT = 38;

export type Placed = { ref: string; x: number; y: number };

export type Point = { x: number; y: number };

export type Layout = {
  nodes: Placed[];
  /** Where long edges bend round the nodes in between, by `from type to`. */
  bends: Map<string, Point[]>;
};

export const edgeKey = (edge: { from: string; type: string; to: string }) =>
  `${edge.from} ${edge.type} ${edge.to}`;

const GAP = 12;
const LAYER_GAP = { LR: 90, TB: 64 };
/** A layer with more nodes than this is folded into several rows, so that the drawing keeps a shape one can read. */
const LONGEST_LAYER = 14;

/** The upper left corner of every node, and the bends of the edges. */
export function place(graph: Graph, direction: Direction): Layout {
  const dagre = new Dagre();
  dagre.setGraph({ rankdir: direction, nodesep: GAP, ranksep: LAYER_GAP[direction], edgesep: 8 });
  dagre.setDefaultEdgeLabel(() => ({}));
  for (const node of graph.nodes) dagre.setNode(node.ref, { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const edge of graph.edges) dagre.setEdge(edge.from, edge.to);
  dagreLayout(dagre);
  const placed = graph.nodes.map((node) => {
    const at = dagre.node(node.ref);
    return { ref: node.ref, x: (at?.x ?? 0) - NODE_WIDTH / 2, y: (at?.y ?? 0) - NODE_HEIGHT / 2 };
  });
  const nodes = fold(placed, direction);
  const bends = new Map<string, Point[]>();
  // Folding moves nodes away from where the bends were made for.
  if (nodes === placed) {
    for (const edge of graph.edges) {
      const points = dagre.edge(edge.from, edge.to)?.points ?? [];
      if (points.length > 3) bends.set(edgeKey(edge), points.slice(1, -1));
    }
  }
  return { nodes, bends };
}

/** A smooth line from one point over the bends to another. */
export function smoothPath(from: Point, bends: readonly Point[], to: Point): string {
  const points = [...bends, to];
  const parts = [`M${from.x},${from.y}`];
  bends.forEach((bend, index) => {
    const next = points[index + 1] ?? to;
    const last = index === bends.length - 1;
    const end = last ? to : { x: (bend.x + next.x) / 2, y: (bend.y + next.y) / 2 };
    parts.push(`Q${bend.x},${bend.y} ${end.x},${end.y}`);
  });
  return parts.join(' ');
}

type Axis = 'x' | 'y';

/** The layers in order, each with its nodes in order. */
function layersOf(placed: Placed[], along: Axis, across: Axis): Placed[][] {
  const layers = new Map<number, Placed[]>();
  for (const each of placed) {
    const at = Math.round(each[along]);
    layers.set(at, [...(layers.get(at) ?? []), each]);
  }
  return [...layers.entries()]
    .sort(([a], [b]) => a - b)
    .map(([, nodes]) => nodes.sort((a, b) => a[across] - b[across]));
}

/** Folds layers that are too long. A drawing without one stays as it is. */
function fold(placed: Placed[], direction: Direction): Placed[] {
  const [along, across]: [Axis, Axis] = direction === 'LR' ? ['x', 'y'] : ['y', 'x'];
  const [deep, wide] = direction === 'LR' ? [NODE_WIDTH, NODE_HEIGHT] : [NODE_HEIGHT, NODE_WIDTH];
  const layers = layersOf(placed, along, across);
  const longest = Math.max(LONGEST_LAYER, Math.ceil(Math.sqrt(placed.length * 2)));
  if (layers.every((layer) => layer.length <= longest)) return placed;
  const folded: Placed[] = [];
  let start = 0;
  for (const layer of layers) {
    const rows = Math.ceil(layer.length / longest);
    const length = Math.ceil(layer.length / rows);
    layer.forEach((node, index) => {
      const row = Math.floor(index / length);
      const inRow = Math.min(length, layer.length - row * length);
      const at = ((index % length) - (inRow - 1) / 2) * (wide + GAP);
      folded.push({ ...node, [along]: start + row * (deep + GAP * 2), [across]: at });
    });
    start += rows * (deep + GAP * 2) - GAP * 2 + LAYER_GAP[direction];
  }
  return folded;
}
