// The relations round an entity: bar, drawing, and the same facts as a table.

import '@xyflow/react/dist/base.css';
import { IconDownload, IconTable } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { ReactFlowProvider } from '@xyflow/react';
import { useDeferredValue, useMemo, useRef } from 'react';
import { entityGraph, type Graph } from '@/api/queries/graph';
import { useShortcut } from '@/app/shortcuts';
import { Button } from '@/components/Button';
import { Empty, ErrorNotice, Notice } from '@/components/Notice';
import { SearchField } from '@/components/SearchField';
import { Skeleton } from '@/components/Skeleton';
import { ChoiceMenu } from './ChoiceMenu';
import { KIND_CHOICES, RELATION_CHOICES, relationsFor } from './choices';
import { GraphCanvas } from './GraphCanvas';
import { GraphTable } from './GraphTable';
import styles from './GraphView.module.css';
import { type Direction, type GraphSearch, MAX_DEPTH } from './graphSearch';
import { place } from './layout';
import { matching } from './matching';
import { toSvg } from './svg';

const MOST_NODES = 400;
const DEFAULT_DEPTH = 2;
const NARROW = 640;

type Props = { root: string; search: GraphSearch; onChange: (change: GraphSearch) => void };

export default function GraphView({ root, search, onChange }: Props) {
  const find = useRef<HTMLInputElement>(null);
  useShortcut('Graph', '/', 'Find in the graph', () => find.current?.focus());
  const depth = search.depth ?? DEFAULT_DEPTH;
  // A narrow screen is taller than wide.
  const direction: Direction = search.dir ?? (window.innerWidth < NARROW ? 'TB' : 'LR');
  const relations = search.relations ?? relationsFor(root);
  const { data, error, isPlaceholderData, refetch } = useQuery(
    entityGraph(root, {
      depth,
      most: MOST_NODES,
      relations,
      kinds: search.kinds,
      reach: search.reach ?? 'flow',
    }),
  );
  const graph = useDeferredValue(data);
  const layout = useMemo(() => (graph ? place(graph, direction) : undefined), [graph, direction]);

  if (error && !data) {
    return <ErrorNotice title="The graph could not be read" error={error} onRetry={() => void refetch()} />;
  }
  const save = () => {
    if (!graph || !layout) return;
    const url = URL.createObjectURL(
      new Blob([toSvg(graph, layout.nodes, direction)], { type: 'image/svg+xml' }),
    );
    const link = document.createElement('a');
    link.href = url;
    link.download = `${root.replace(/[^a-z0-9.-]+/g, '-')}.svg`;
    link.click();
    URL.revokeObjectURL(url);
  };
  const table = search.table === 'yes';
  return (
    <div className={styles.view} aria-busy={isPlaceholderData}>
      <div className={styles.bar}>
        <div className={styles.find}>
          <SearchField
            ref={find}
            label="Find in the graph"
            hint="/"
            value={search.find ?? ''}
            onChange={(text) => onChange({ find: text || undefined })}
          />
        </div>
        <label className={styles.field}>
          Depth
          <select value={depth} onChange={(event) => onChange({ depth: Number(event.target.value) })}>
            {Array.from({ length: MAX_DEPTH }, (_, index) => (
              <option key={String(index + 1)} value={index + 1}>
                {index + 1}
              </option>
            ))}
          </select>
        </label>
        <label className={styles.field}>
          Show
          <select
            value={search.reach ?? 'flow'}
            onChange={(event) => onChange({ reach: event.target.value === 'all' ? 'all' : undefined })}
          >
            <option value="flow">Needs and needed by</option>
            <option value="all">Every neighbour</option>
          </select>
        </label>
        <label className={styles.field}>
          Layout
          <select value={direction} onChange={(event) => onChange({ dir: event.target.value as Direction })}>
            <option value="LR">Left to right</option>
            <option value="TB">Top to bottom</option>
          </select>
        </label>
        <ChoiceMenu
          label="Relations"
          choices={RELATION_CHOICES}
          chosen={relations ?? RELATION_CHOICES.map((choice) => choice.id)}
          onChange={(ids) => onChange({ relations: ids })}
        />
        <ChoiceMenu
          label="Kinds"
          choices={KIND_CHOICES}
          chosen={search.kinds ?? KIND_CHOICES.map((choice) => choice.id)}
          onChange={(ids) => onChange({ kinds: ids.length === KIND_CHOICES.length ? undefined : ids })}
        />
        <Button aria-pressed={table} onClick={() => onChange({ table: table ? undefined : 'yes' })}>
          <IconTable size={16} aria-hidden />
          {table ? 'Hide the table' : 'Table'}
        </Button>
        <Button onClick={save} disabled={!graph}>
          <IconDownload size={16} aria-hidden />
          SVG
        </Button>
      </div>
      {graph && graph.left > 0 ? (
        <div className={styles.notice}>
          <Notice level="warning" title={`${graph.left} more entities are not drawn`}>
            {`The graph stops at ${MOST_NODES} entities. A smaller depth, or fewer kinds and relations, shows all of a part.`}
          </Notice>
        </div>
      ) : null}
      <div className={styles.panes}>
        <span className={styles.summary} role="status">
          {graph ? summary(graph, search.find) : ''}
        </span>
        {!graph || !layout ? (
          <Skeleton height={420} />
        ) : graph.nodes[0]?.entity === null ? (
          <Empty title="There is no such entity">{root}</Empty>
        ) : (
          <ReactFlowProvider>
            <GraphCanvas graph={graph} layout={layout} root={root} direction={direction} find={search.find} />
          </ReactFlowProvider>
        )}
        {graph && table ? <GraphTable graph={graph} /> : null}
      </div>
    </div>
  );
}

function summary(graph: Graph, find: string | undefined): string {
  const counts = `${graph.nodes.length} entities, ${graph.edges.length} relations`;
  return find ? `${matching(graph, find).size} found, ${counts}` : counts;
}
