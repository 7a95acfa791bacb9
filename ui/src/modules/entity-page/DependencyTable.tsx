// What an entity needs, or what needs it, as far as one wants to follow.

import { useQuery } from '@tanstack/react-query';
import { type Dependency, dependencies, type Way } from '@/api/queries/dependencies';
import { Card } from '@/components/Card';
import { ErrorNotice } from '@/components/Notice';
import { Skeleton } from '@/components/Skeleton';
import { EntityLink } from '@/modules/entity/EntityLink';
import { displayName, ownerOf, problemsOf, specText } from '@/modules/entity/entity';
import { kindLook } from '@/modules/entity/kinds';
import { parseRef } from '@/modules/entity/ref';
import styles from './RelationTable.module.css';

const TITLES: Record<Way, string> = { needs: 'Depends on', neededBy: 'Needed by' };
const NOTHING: Record<Way, string> = {
  needs: 'Nothing in the catalog',
  neededBy: 'Nothing in the catalog uses its APIs',
};
const MAX_STEPS = 6;
/** How many rows of its own relations the entity has; the place that is held until they are there. */
const MOST_HELD = 12;

type Props = {
  root: string;
  way: Way;
  /** Relations of the entity itself. */
  direct: number;
  depth: number;
  onDepth: (depth: number) => void;
};

export function DependencyTable({ root, way, direct, depth, onDepth }: Props) {
  const { data, error, refetch } = useQuery(dependencies(root, way, depth));
  const rows = data?.items;
  return (
    <Card
      title={TITLES[way]}
      count={rows?.length ?? direct}
      flush
      actions={
        <label className={styles.depth}>
          Steps
          <select
            value={depth}
            aria-label={`How many steps of "${TITLES[way]}"`}
            onChange={(event) => onDepth(Number(event.target.value))}
          >
            {Array.from({ length: MAX_STEPS }, (_, index) => (
              <option key={String(index + 1)} value={index + 1}>
                {index + 1}
              </option>
            ))}
          </select>
        </label>
      }
    >
      {error && !data ? (
        <ErrorNotice title="These could not be read" error={error} onRetry={() => void refetch()} />
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col" className={styles.wide} style={{ width: '22%' }}>
                Owner
              </th>
              <th scope="col" className={styles.type}>
                Type
              </th>
              <th scope="col" className={styles.wide} style={{ width: '30%' }}>
                Through
              </th>
            </tr>
          </thead>
          <tbody>
            {rows?.length === 0 ? (
              <tr>
                <td colSpan={4}>{NOTHING[way]}</td>
              </tr>
            ) : null}
            {rows
              ? rows.map((item) => <Row key={item.ref} item={item} root={root} rows={rows} />)
              : Array.from({ length: Math.min(direct, MOST_HELD) }, (_, index) => (
                  <tr key={String(index)}>
                    <td colSpan={4}>
                      <Skeleton width="40%" />
                    </td>
                  </tr>
                ))}
          </tbody>
        </table>
      )}
      {data && data.left > 0 ? (
        <div className={styles.more}>{`${data.left.toLocaleString('en')} more are not shown.`}</div>
      ) : null}
    </Card>
  );
}

function Row({ item, root, rows }: { item: Dependency; root: string; rows: Dependency[] }) {
  const { entity } = item;
  const owner = entity ? ownerOf(entity) : undefined;
  const problems = entity ? problemsOf(entity).length : 0;
  const via = rows.find((row) => row.ref === item.via)?.entity;
  const kind = kindLook(parseRef(item.ref)?.kind ?? '').label;
  return (
    <tr>
      <td>
        <span className={styles.name}>
          <EntityLink
            target={item.ref}
            title={entity ? displayName(entity) : (parseRef(item.ref)?.name ?? item.ref)}
            missing={entity === null}
          />
          {problems > 0 ? (
            <span className={styles.problem}>{problems === 1 ? '1 problem' : `${problems} problems`}</span>
          ) : null}
        </span>
      </td>
      <td className={styles.wide}>{owner ? <EntityLink target={owner} /> : null}</td>
      <td title={kind}>{entity ? (specText(entity, 'type') ?? kind) : 'Not in the catalog'}</td>
      <td className={styles.wide}>
        {item.via === root ? (
          <span className="quiet">directly</span>
        ) : (
          <EntityLink target={item.via} title={via ? displayName(via) : undefined} />
        )}
      </td>
    </tr>
  );
}
