// Where each node stands: layers by direction of the relations.

import { Graph as Dagre, layout as dagreLayout } from '@dagrejs/dagre';
import type { Graph } from '@/api/queries/graph';
import type { Direction } from './graphSearch';
import type { Groups } from './groups';

export const NODE_WIDTH = 196;
export const NODE_HEIGHT = 38;

export type Placed = { ref: string; x: number; y: number };

export type Point = { x: number; y: number };

/** A box round the parts of one system. */
export type Box = { ref: string; x: number; y: number; width: number; height: number };

export type Layout = {
  nodes: Placed[];
  boxes: Box[];
  /** Edges that are drawn from their end to their start, so that a path reads one way; the arrow stays where it was. */
  reversed: ReadonlySet<string>;
  /** Where long edges bend round the nodes in between, by `from type to`. */
  bends: Map<string, Point[]>;
};

export const edgeKey = (edge: { from: string; type: string; to: string }) =>
  `${edge.from} ${edge.type} ${edge.to}`;

const GAP = 12;
const LAYER_GAP = { LR: 90, TB: 64 };
/** A layer with more nodes than this is folded into several rows, so that the drawing keeps a shape one can read. */
const LONGEST_LAYER = 14;

/** The upper left corner of every node, the bends of the edges, and a box for each group. */
export function place(graph: Graph, direction: Direction, groups: Groups = new Map()): Layout {
  return groups.size > 0 ? placeBoxes(graph, direction, groups) : placeFlat(graph, direction, LONGEST_LAYER);
}

function emptyDagre(direction: Direction, apart: number): Dagre {
  const dagre = new Dagre();
  dagre.setGraph({ rankdir: direction, nodesep: apart, ranksep: LAYER_GAP[direction], edgesep: 8 });
  dagre.setDefaultEdgeLabel(() => ({}));
  return dagre;
}

type Part = Pick<Graph, 'nodes' | 'edges'>;

function placeFlat(graph: Part, direction: Direction, longestLayer: number): Layout {
  const dagre = emptyDagre(direction, GAP);
  for (const node of graph.nodes) dagre.setNode(node.ref, { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const edge of graph.edges) dagre.setEdge(edge.from, edge.to);
  dagreLayout(dagre);
  const placed = graph.nodes.map((node) => {
    const at = dagre.node(node.ref);
    return { ref: node.ref, x: (at?.x ?? 0) - NODE_WIDTH / 2, y: (at?.y ?? 0) - NODE_HEIGHT / 2 };
  });
  const nodes = fold(placed, direction, longestLayer);
  const bends = new Map<string, Point[]>();
  // Folding moves nodes away from where the bends were made for.
  if (nodes === placed) {
    for (const edge of graph.edges) {
      const points = dagre.edge(edge.from, edge.to)?.points ?? [];
      if (points.length > 3) bends.set(edgeKey(edge), points.slice(1, -1));
    }
  }
  return { nodes, bends, boxes: [], reversed: new Set() };
}

/** Room between the parts of a system and its box; its name stands above them. */
const BOX_PAD = 12;
const BOX_HEAD = 24;
/** A box is rather broad than long. */
const LONGEST_IN_BOX = 8;

/** Each group is laid out by itself, then the boxes among each other, so that they never lie on each other. */
function placeBoxes(graph: Graph, direction: Direction, groups: Groups): Layout {
  const there = new Set(graph.nodes.map(({ ref }) => ref));
  const holder = new Map<string, string>();
  const insides = new Map<string, { nodes: Placed[]; width: number; height: number }>();
  const dagre = emptyDagre(direction, GAP * 2);
  for (const [ref, all] of groups) {
    const members = new Set(all.filter((member) => there.has(member)));
    if (members.size === 0) continue;
    for (const member of members) holder.set(member, `box ${ref}`);
    const inside = insideOf(graph, members, direction);
    insides.set(ref, inside);
    dagre.setNode(`box ${ref}`, { width: inside.width, height: inside.height });
  }
  for (const { ref } of graph.nodes) {
    if (!holder.has(ref)) dagre.setNode(ref, { width: NODE_WIDTH, height: NODE_HEIGHT });
  }
  for (const edge of graph.edges) {
    const [from, to] = [holder.get(edge.from) ?? edge.from, holder.get(edge.to) ?? edge.to];
    if (from !== to) dagre.setEdge(from, to);
  }
  dagreLayout(dagre);
  const corner = (id: string, width: number, height: number): Point => {
    const at = dagre.node(id);
    return { x: (at?.x ?? 0) - width / 2, y: (at?.y ?? 0) - height / 2 };
  };
  const boxes = [...insides].map(([ref, { width, height }]) => ({
    ref,
    width,
    height,
    ...corner(`box ${ref}`, width, height),
  }));
  const inBoxes = boxes.flatMap((box) =>
    (insides.get(box.ref)?.nodes ?? []).map((node) => ({ ...node, x: node.x + box.x, y: node.y + box.y })),
  );
  const alone = graph.nodes
    .filter(({ ref }) => !holder.has(ref))
    .map(({ ref }) => ({ ref, ...corner(ref, NODE_WIDTH, NODE_HEIGHT) }));
  return { nodes: [...inBoxes, ...alone], boxes, bends: new Map(), reversed: new Set() };
}

/** The parts of one group, from the corner of their box. */
function insideOf(graph: Graph, members: ReadonlySet<string>, direction: Direction) {
  const part: Part = {
    nodes: graph.nodes.filter(({ ref }) => members.has(ref)),
    edges: graph.edges.filter(({ from, to }) => members.has(from) && members.has(to)),
  };
  const { nodes } = placeFlat(part, direction, LONGEST_IN_BOX);
  const left = Math.min(...nodes.map((node) => node.x)) - BOX_PAD;
  const top = Math.min(...nodes.map((node) => node.y)) - BOX_PAD - BOX_HEAD;
  return {
    nodes: nodes.map((node) => ({ ...node, x: node.x - left, y: node.y - top })),
    width: Math.max(...nodes.map((node) => node.x)) + NODE_WIDTH + BOX_PAD - left,
    height: Math.max(...nodes.map((node) => node.y)) + NODE_HEIGHT + BOX_PAD - top,
  };
}

/** Between the nodes of a path there is room for the name of the relation. */
const STEP_GAP = { LR: 120, TB: 64 };

/** The nodes of a path in a row, from its start to its end. */
export function placePath(graph: Graph, steps: readonly string[], direction: Direction): Layout {
  const apart = direction === 'LR' ? NODE_WIDTH + STEP_GAP.LR : NODE_HEIGHT + STEP_GAP.TB;
  const nodes = steps.map((ref, index) =>
    direction === 'LR' ? { ref, x: index * apart, y: 0 } : { ref, x: 0, y: index * apart },
  );
  const back = graph.edges.filter((edge) => steps.indexOf(edge.from) > steps.indexOf(edge.to));
  return { nodes, bends: new Map(), boxes: [], reversed: new Set(back.map(edgeKey)) };
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
function fold(placed: Placed[], direction: Direction, longestLayer: number): Placed[] {
  const [along, across]: [Axis, Axis] = direction === 'LR' ? ['x', 'y'] : ['y', 'x'];
  const [deep, wide] = direction === 'LR' ? [NODE_WIDTH, NODE_HEIGHT] : [NODE_HEIGHT, NODE_WIDTH];
  const layers = layersOf(placed, along, across);
  const longest = Math.max(longestLayer, Math.ceil(Math.sqrt(placed.length * 2)));
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
