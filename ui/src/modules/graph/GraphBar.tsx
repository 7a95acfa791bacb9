// The bar above the graph: what is drawn, and how.

import { IconAdjustments, IconRoute, IconTable, IconTag } from '@tabler/icons-react';
import { lazy, type Ref, Suspense, useState } from 'react';
import type { Graph } from '@/api/queries/graph';
import { useShortcut } from '@/app/shortcuts';
import { Button } from '@/components/Button';
import { SearchField } from '@/components/SearchField';
import { ChoiceMenu } from './ChoiceMenu';
import { KIND_CHOICES, RELATION_CHOICES } from './choices';
import { GraphExport } from './GraphExport';
import styles from './GraphView.module.css';
import { type Direction, type GraphSearch, MAX_DEPTH } from './graphSearch';
import type { Layout } from './layout';

const PathFinder = lazy(() => import('./PathFinder'));

type Props = {
  root: string;
  search: GraphSearch;
  onChange: (change: GraphSearch) => void;
  find: Ref<HTMLInputElement>;
  depth: number;
  direction: Direction;
  relations: string[];
  drawn: { graph: Graph | undefined; layout: Layout | undefined };
};

export function GraphBar({ root, search, onChange, find, depth, direction, relations, drawn }: Props) {
  const [open, setOpen] = useState(false);
  const [finding, setFinding] = useState(false);
  const table = search.table === 'yes';
  const labels = search.labels === 'yes';
  const toggleLabels = () => onChange({ labels: labels ? undefined : 'yes' });
  useShortcut('Graph', 'l', 'Show or hide what relations are called', toggleLabels);
  useShortcut('Graph', 'p', 'Find the path to another entity', () => setFinding(true));
  return (
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
      <Button className={styles.optionsButton} aria-expanded={open} onClick={() => setOpen(!open)}>
        <IconAdjustments size={16} aria-hidden />
        Options
      </Button>
      <div className={`${styles.options} ${open ? styles.optionsOpen : ''}`}>
        {search.to ? null : (
          <>
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
          </>
        )}
        {search.to ? null : (
          <label className={styles.field}>
            Group
            <select
              value={search.group ?? ''}
              onChange={(event) =>
                onChange({ group: event.target.value === 'system' ? 'system' : undefined })
              }
            >
              <option value="">Not grouped</option>
              <option value="system">By system</option>
            </select>
          </label>
        )}
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
          chosen={relations}
          onChange={(ids) => onChange({ relations: ids })}
        />
        {search.to ? null : (
          <ChoiceMenu
            label="Kinds"
            choices={KIND_CHOICES}
            chosen={search.kinds ?? KIND_CHOICES.map((choice) => choice.id)}
            onChange={(ids) => onChange({ kinds: ids.length === KIND_CHOICES.length ? undefined : ids })}
          />
        )}
        <Button aria-pressed={labels} onClick={toggleLabels}>
          <IconTag size={16} aria-hidden />
          Labels
        </Button>
        <Button onClick={() => setFinding(true)}>
          <IconRoute size={16} aria-hidden />
          Path to
        </Button>
        <GraphExport {...drawn} direction={direction} root={root} labels={labels} />
      </div>
      <Button aria-pressed={table} onClick={() => onChange({ table: table ? undefined : 'yes' })}>
        <IconTable size={16} aria-hidden />
        {table ? 'Hide the table' : 'Table'}
      </Button>
      {finding ? (
        <Suspense>
          <PathFinder
            from={root}
            onClose={() => setFinding(false)}
            onChoose={(to) => {
              setFinding(false);
              onChange({ to, focus: undefined, find: undefined });
            }}
          />
        </Suspense>
      ) : null}
    </div>
  );
}
