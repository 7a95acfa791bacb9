// The graph's facts in rows, for whoever reads better than they see.

import type { Graph, GraphEdge } from '@/api/queries/graph';
import { EntityLink } from '@/modules/entity/EntityLink';
import { displayName } from '@/modules/entity/entity';
import { relationLabel } from './choices';
import styles from './GraphView.module.css';

/** `steps` puts the rows into the order of a path. */
export function GraphTable({ graph, steps }: { graph: Graph; steps?: string[] | undefined }) {
  const titles = new Map(
    graph.nodes.map(({ ref, entity }) => [ref, entity ? displayName(entity) : undefined]),
  );
  const place = (edge: GraphEdge) => (steps ? Math.min(steps.indexOf(edge.from), steps.indexOf(edge.to)) : 0);
  const edges = [...graph.edges].sort(
    (a, b) =>
      place(a) - place(b) ||
      a.from.localeCompare(b.from) ||
      a.type.localeCompare(b.type) ||
      a.to.localeCompare(b.to),
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className={styles.side} aria-label="Relations as a table" tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col" style={{ width: 128 }}>
              Relation
            </th>
            <th scope="col">To</th>
          </tr>
        </thead>
        <tbody>
          {edges.map((edge) => (
            <tr key={`${edge.from} ${edge.type} ${edge.to}`}>
              <td>
                <EntityLink target={edge.from} title={titles.get(edge.from)} />
              </td>
              <td>{relationLabel(edge.type)}</td>
              <td>
                <EntityLink target={edge.to} title={titles.get(edge.to)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
