// The relations round an entity, or the path to another one: bar, drawing, and the same facts as a table.

import '@xyflow/react/dist/base.css';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { ReactFlowProvider } from '@xyflow/react';
import { useDeferredValue, useMemo, useRef } from 'react';
import { entityGraph, type Graph } from '@/api/queries/graph';
import { entityPath, type Path } from '@/api/queries/path';
import { useShortcut } from '@/app/shortcuts';
import { Button } from '@/components/Button';
import { Empty, ErrorNotice, Notice } from '@/components/Notice';
import { Skeleton } from '@/components/Skeleton';
import { EntityLink } from '@/modules/entity/EntityLink';
import { RELATION_CHOICES, relationsFor } from './choices';
import { GraphBar } from './GraphBar';
import { GraphCanvas } from './GraphCanvas';
import { GraphTable } from './GraphTable';
import styles from './GraphView.module.css';
import type { Direction, GraphSearch } from './graphSearch';
import { type Groups, systemsOf, withoutBoxes } from './groups';
import { place, placePath } from './layout';
import { matching } from './matching';

const MOST_NODES = 400;
const DEFAULT_DEPTH = 2;
const NARROW = 640;
const NO_GROUPS: Groups = new Map();
/** Everything is part of something: a path over that says little. */
const PATH_RELATIONS = ['dependsOn', 'providesApi', 'consumesApi'];

type Props = { root: string; search: GraphSearch; onChange: (change: GraphSearch) => void };

export default function GraphView({ root, search, onChange }: Props) {
  const find = useRef<HTMLInputElement>(null);
  useShortcut('Graph', '/', 'Find in the graph', () => find.current?.focus());
  useShortcut('Graph', 'Escape', 'Leave the focus', () => {
    if (search.focus) onChange({ focus: undefined });
  });
  const depth = search.depth ?? DEFAULT_DEPTH;
  // A narrow screen is taller than wide.
  const direction: Direction = search.dir ?? (window.innerWidth < NARROW ? 'TB' : 'LR');
  const { to } = search;
  const relations = search.relations ?? (to ? PATH_RELATIONS : relationsFor(root));
  const limits = {
    depth,
    most: MOST_NODES,
    relations,
    kinds: search.kinds,
    reach: search.reach ?? ('flow' as const),
  };
  const around = useQuery({ ...entityGraph(root, limits), enabled: to === undefined });
  const way = useQuery({ ...entityPath(root, to ?? root, relations), enabled: to !== undefined });
  const { data, error, refetch } = to === undefined ? around : way;

  const graph = useDeferredValue<Graph | Path | undefined>(data);
  const grouped = search.group === 'system';
  const drawn = useMemo(() => {
    if (!graph) return undefined;
    if ('steps' in graph) return { graph, layout: placePath(graph, graph.steps, direction) };
    const groups = grouped ? systemsOf(graph) : NO_GROUPS;
    const shown = grouped ? withoutBoxes(graph, groups, root) : graph;
    return { graph: shown, layout: place(shown, direction, groups) };
  }, [graph, grouped, root, direction]);

  if (error && !data) {
    return <ErrorNotice title="The graph could not be read" error={error} onRetry={() => void refetch()} />;
  }
  const missing = graph?.nodes.find((node) => node.entity === null && (node.ref === root || node.ref === to));
  const nowhere = to !== undefined && way.data?.steps.length === 0;
  return (
    <div className={styles.view} aria-busy={around.isPlaceholderData}>
      <GraphBar
        root={root}
        search={search}
        onChange={onChange}
        find={find}
        depth={depth}
        direction={direction}
        relations={relations}
        drawn={{ graph: drawn?.graph, layout: drawn?.layout }}
      />
      {to ? <PathLine from={root} to={to} path={way.data} onEnd={() => onChange({ to: undefined })} /> : null}
      {search.focus && !to ? (
        <div className={styles.line}>
          <span className="quiet">Only what hangs together with</span>
          <EntityLink target={search.focus} />
          <Button small weight="quiet" onClick={() => onChange({ focus: undefined })}>
            <IconX size={14} aria-hidden />
            Show all
          </Button>
        </div>
      ) : null}
      {graph && graph.left > 0 ? (
        <div className={styles.notice}>
          <Notice level="warning" title={`${graph.left} more entities are not drawn`}>
            {`The graph stops at ${MOST_NODES} entities. A smaller depth, or fewer kinds and relations, shows all of a part.`}
          </Notice>
        </div>
      ) : null}
      <div className={styles.panes}>
        {nowhere || missing ? null : (
          <span className={styles.summary} role="status">
            {graph ? summary(graph, search.find) : ''}
          </span>
        )}
        {!graph || !drawn ? (
          <Skeleton height={420} />
        ) : missing ? (
          <Empty title="There is no such entity">{missing.ref}</Empty>
        ) : nowhere ? (
          <NoWay
            gaveUp={way.data?.gaveUp ?? false}
            all={relations.length >= RELATION_CHOICES.length}
            onAll={() => onChange({ relations: RELATION_CHOICES.map(({ id }) => id) })}
          />
        ) : (
          <ReactFlowProvider>
            <GraphCanvas
              graph={drawn.graph}
              layout={drawn.layout}
              root={root}
              direction={direction}
              find={search.find}
              labels={search.labels === 'yes' || to !== undefined}
              focus={to ? undefined : search.focus}
              onFocus={(focus) => onChange({ focus })}
            />
          </ReactFlowProvider>
        )}
        {graph && search.table === 'yes' && !nowhere ? (
          <GraphTable graph={graph} steps={to ? way.data?.steps : undefined} />
        ) : null}
      </div>
    </div>
  );
}

type PathLineProps = { from: string; to: string; path: Path | undefined; onEnd: () => void };

function PathLine({ from, to, path, onEnd }: PathLineProps) {
  const steps = path ? path.steps.length - 1 : undefined;
  return (
    <div className={styles.line}>
      <strong role="status">
        {steps === undefined
          ? 'Looking for the path'
          : steps < 0
            ? 'No path'
            : steps === 1
              ? '1 step'
              : `${steps} steps`}
      </strong>
      <span className="quiet">from</span>
      <EntityLink target={from} />
      <span className="quiet">to</span>
      <EntityLink target={to} />
      <Button small weight="quiet" onClick={onEnd}>
        <IconX size={14} aria-hidden />
        Back to the graph
      </Button>
    </div>
  );
}

function NoWay({ gaveUp, all, onAll }: { gaveUp: boolean; all: boolean; onAll: () => void }) {
  return (
    <div style={{ flex: 1 }}>
      <Empty
        title={gaveUp ? 'No path was found' : 'No path leads from one to the other'}
        actions={all ? null : <Button onClick={onAll}>Follow all relations</Button>}
      >
        {gaveUp
          ? 'The search looked at some thousand entities and stopped. Fewer relations make it go further.'
          : 'Nothing connects them over the relations that are chosen.'}
      </Empty>
    </div>
  );
}

function summary(graph: Graph, find: string | undefined): string {
  const counts = `${graph.nodes.length} entities, ${graph.edges.length} relations`;
  return find ? `${matching(graph, find).size} found, ${counts}` : counts;
}
