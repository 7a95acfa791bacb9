// The drawing: pan, zoom, hover to see only what touches a node.

import { IconFocus2 } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import {
  BaseEdge,
  Controls,
  type Edge,
  type EdgeProps,
  Handle,
  MarkerType,
  MiniMap,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  useReactFlow,
  useStore,
} from '@xyflow/react';
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import type { Graph } from '@/api/queries/graph';
import { useShortcut } from '@/app/shortcuts';
import { MiddleText } from '@/components/MiddleText';
import { EntityLink } from '@/modules/entity/EntityLink';
import { displayName } from '@/modules/entity/entity';
import { KindIcon } from '@/modules/entity/KindIcon';
import { kindLook } from '@/modules/entity/kinds';
import { parseRef, shortRef } from '@/modules/entity/ref';
import { relationLabel } from './choices';
import { chainOf, nearest } from './focus';
import styles from './GraphView.module.css';
import type { Direction } from './graphSearch';
import {
  type Box,
  edgeKey,
  type Layout,
  NODE_HEIGHT,
  NODE_WIDTH,
  type Placed,
  type Point,
  smoothPath,
} from './layout';
import { matching } from './matching';

type NodeData = {
  ref: string;
  label: string;
  missing: boolean;
  root: boolean;
  match: boolean;
  dim: boolean;
  horizontal: boolean;
};
type EntityNode = Node<NodeData, 'entity'>;

const ARROW = { type: MarkerType.ArrowClosed, width: 14, height: 14, color: 'var(--line-strong)' };
const MINIMAP_FROM = 20;
/** Below this zoom names cannot be read. */
const READABLE = 0.6;

function boundsOf(placed: Placed[]): { x: number; y: number; width: number; height: number } {
  const x = Math.min(...placed.map((each) => each.x));
  const y = Math.min(...placed.map((each) => each.y));
  return {
    x,
    y,
    width: Math.max(...placed.map((each) => each.x)) + NODE_WIDTH - x,
    height: Math.max(...placed.map((each) => each.y)) + NODE_HEIGHT - y,
  };
}

function EntityNodeView({ data }: NodeProps<EntityNode>) {
  const ref = parseRef(data.ref);
  const classes = [
    styles.node,
    data.root && styles.root,
    data.match && styles.match,
    data.dim && styles.dim,
    data.missing && styles.missing,
  ];
  return (
    <div
      className={classes.filter(Boolean).join(' ')}
      title={data.missing ? `${data.ref} is not in the catalog` : data.ref}
    >
      <Handle type="target" position={data.horizontal ? Position.Left : Position.Top} isConnectable={false} />
      {ref ? (
        <>
          <KindIcon kind={ref.kind} />
          <Link
            to="/catalog/$namespace/$kind/$name/{-$tab}"
            params={{ namespace: ref.namespace, kind: ref.kind, name: ref.name }}
            className={`${styles.label} nodrag`}
          >
            <MiddleText text={data.label} />
          </Link>
          {data.root ? null : (
            <Link
              to="/catalog-graph"
              search={{ root: data.ref }}
              className={`${styles.centre} nodrag`}
              aria-label={`Graph round ${data.label}`}
              title="Graph round this"
            >
              <IconFocus2 size={14} aria-hidden />
            </Link>
          )}
        </>
      ) : (
        <MiddleText text={data.label} />
      )}
      <Handle
        type="source"
        position={data.horizontal ? Position.Right : Position.Bottom}
        isConnectable={false}
      />
    </div>
  );
}

type BoxNode = Node<{ ref: string }, 'box'>;

/** The box of a system; its name leads to it. */
function BoxView({ data }: NodeProps<BoxNode>) {
  return (
    <div className={styles.box}>
      <span className={styles.boxName}>
        <EntityLink target={data.ref} />
      </span>
    </div>
  );
}

const nodeTypes = { entity: EntityNodeView, box: BoxView };

function boxNode({ ref, x, y, width, height }: Box): BoxNode {
  return { id: `box ${ref}`, type: 'box', position: { x, y }, width, height, data: { ref }, zIndex: -1 };
}

/** An edge over several layers, led round what stands in between. */
function BentEdge({ sourceX, sourceY, targetX, targetY, data, label, markerEnd }: EdgeProps) {
  const bends = (data?.bends ?? []) as Point[];
  const middle = bends[Math.floor(bends.length / 2)];
  return (
    <BaseEdge
      path={smoothPath({ x: sourceX, y: sourceY }, bends, { x: targetX, y: targetY })}
      label={label}
      labelX={middle?.x}
      labelY={middle?.y}
      {...(markerEnd ? { markerEnd } : {})}
    />
  );
}

const edgeTypes = { bent: BentEdge };

type Props = {
  graph: Graph;
  layout: Layout;
  root: string;
  direction: Direction;
  find: string | undefined;
  /** Names on all relations, not only on those of the node under the pointer. */
  labels: boolean;
  focus: string | undefined;
  onFocus: (ref: string | undefined) => void;
};

const ARROWS = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' } as const;

/** Arrow keys go from node to node, `f` focuses the one that they are on. */
function useNodeKeys(
  canvas: RefObject<HTMLElement | null>,
  placed: Placed[],
  focus: string | undefined,
  onFocus: (ref: string | undefined) => void,
): void {
  const flow = useReactFlow();
  const linkOf = (ref: string) =>
    canvas.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(ref)}"] a`);
  const current = () => {
    const ref = document.activeElement?.closest<HTMLElement>('.react-flow__node')?.dataset.id;
    return placed.find((each) => each.ref === ref);
  };
  const go = (direction: (typeof ARROWS)[keyof typeof ARROWS]) => {
    const from = current();
    const to = from ? nearest(placed, from, direction) : placed[0];
    if (!to) return;
    void flow.setCenter(to.x + NODE_WIDTH / 2, to.y + NODE_HEIGHT / 2, { zoom: flow.getZoom() });
    // A node out of sight is drawn once it has come into sight.
    requestAnimationFrame(() => requestAnimationFrame(() => linkOf(to.ref)?.focus()));
  };
  useShortcut('Graph', 'ArrowLeft', 'To the node on the left', () => go('left'));
  useShortcut('Graph', 'ArrowRight', 'To the node on the right', () => go('right'));
  useShortcut('Graph', 'ArrowUp', 'To the node above', () => go('up'));
  useShortcut('Graph', 'ArrowDown', 'To the node below', () => go('down'));
  useShortcut('Graph', 'f', 'Only what hangs together with this node', () => {
    const node = current();
    if (node) onFocus(node.ref === focus ? undefined : node.ref);
  });
}

/** A node and everything that one relation leads to or from. */
function neighbourhood(graph: Graph, ref: string): Set<string> {
  const near = new Set([ref]);
  for (const edge of graph.edges) {
    if (edge.from === ref) near.add(edge.to);
    if (edge.to === ref) near.add(edge.from);
  }
  return near;
}

export function GraphCanvas(props: Props) {
  const { graph, layout, root, direction, find, labels, focus, onFocus } = props;
  const placed = layout.nodes;
  const canvas = useRef<HTMLElement>(null);
  const [hovered, setHovered] = useState<string>();
  const flow = useReactFlow();
  const matches = useMemo(() => matching(graph, find), [graph, find]);
  const chain = useMemo(() => (focus ? chainOf(graph, focus) : undefined), [graph, focus]);

  const nodes = useMemo((): (EntityNode | BoxNode)[] => {
    const near = hovered ? neighbourhood(graph, hovered) : undefined;
    const at = new Map(placed.map((each) => [each.ref, each]));
    const entities = graph.nodes.map(({ ref, entity }): EntityNode => {
      const parsed = parseRef(ref);
      const position = at.get(ref) ?? { x: 0, y: 0 };
      return {
        id: ref,
        type: 'entity',
        position: { x: position.x, y: position.y },
        width: NODE_WIDTH,
        height: NODE_HEIGHT,
        ariaLabel: ref,
        data: {
          ref,
          label: entity ? displayName(entity) : parsed ? shortRef(parsed) : ref,
          missing: entity === null,
          root: ref === root,
          match: matches.has(ref),
          dim:
            (chain !== undefined && !chain.has(ref)) ||
            (near !== undefined && !near.has(ref)) ||
            (matches.size > 0 && !near && !matches.has(ref)),
          horizontal: direction === 'LR',
        },
      };
    });
    return [...layout.boxes.map(boxNode), ...entities];
  }, [graph, placed, layout, root, direction, matches, hovered, chain]);

  const edges = useMemo(
    (): Edge[] =>
      graph.edges.map((edge) => {
        const back = layout.reversed.has(edgeKey(edge));
        const lit = hovered !== undefined && (edge.from === hovered || edge.to === hovered);
        const aside = chain !== undefined && !(chain.has(edge.from) && chain.has(edge.to));
        return {
          id: edgeKey(edge),
          ...(layout.bends.has(edgeKey(edge))
            ? { type: 'bent', data: { bends: layout.bends.get(edgeKey(edge)) } }
            : {}),
          source: back ? edge.to : edge.from,
          target: back ? edge.from : edge.to,
          className: aside ? 'dark' : hovered === undefined ? '' : lit ? 'lit' : 'dark',
          ...(lit || (labels && !aside) ? { label: relationLabel(edge.type) } : {}),
          focusable: false,
          [back ? 'markerStart' : 'markerEnd']: ARROW,
        };
      }),
    [graph, layout, hovered, labels, chain],
  );

  useNodeKeys(canvas, placed, focus, onFocus);

  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  useEffect(() => {
    if (placed.length === 0 || width === 0) return;
    const bounds = boundsOf(placed);
    const zoom = Math.min(1, (width * 0.94) / bounds.width, (height * 0.9) / bounds.height);
    // A drawing too large to be read as a whole starts at its root.
    const centre = placed.find((each) => each.ref === root);
    const [x, y] =
      zoom >= READABLE || !centre
        ? [bounds.x + bounds.width / 2, bounds.y + bounds.height / 2]
        : [centre.x + NODE_WIDTH / 2, centre.y + NODE_HEIGHT / 2];
    void flow.setCenter(x, y, { zoom: Math.max(zoom, READABLE) });
  }, [placed, root, width, height, flow]);

  useEffect(() => {
    const [first] = matches;
    const at = first ? placed.find((each) => each.ref === first) : undefined;
    if (at) void flow.setCenter(at.x + NODE_WIDTH / 2, at.y + NODE_HEIGHT / 2, { zoom: 1, duration: 150 });
  }, [matches, placed, flow]);

  return (
    <section
      ref={canvas}
      className={styles.canvas}
      aria-label="Relations, drawn. The table beside it holds the same facts."
    >
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        elementsSelectable={false}
        onlyRenderVisibleElements={graph.nodes.length > 150}
        onNodeClick={(event, node) => {
          const onLink = event.target instanceof Element && event.target.closest('a, button') !== null;
          if (node.type === 'entity' && !onLink) onFocus(node.id === focus ? undefined : node.id);
        }}
        onNodeMouseEnter={(_, node) => setHovered(node.type === 'entity' ? node.id : undefined)}
        onNodeMouseLeave={() => setHovered(undefined)}
        minZoom={0.05}
        maxZoom={2}
        proOptions={{ hideAttribution: false }}
      >
        <Controls showInteractive={false} />
        {graph.nodes.length >= MINIMAP_FROM ? (
          <MiniMap
            pannable
            zoomable
            ariaLabel="Overview of the graph"
            nodeColor={(node) =>
              node.type === 'box' ? 'var(--line)' : `var(--k-${kindLook(parseRef(node.id)?.kind ?? '').hue})`
            }
            maskColor="color-mix(in srgb, var(--bg-sunken) 70%, transparent)"
          />
        ) : null}
      </ReactFlow>
    </section>
  );
}
