// The targets of one relation as a small table; a target that does not exist keeps its row and says so.

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Entity } from '@/api/catalog';
import { entitiesByRefs } from '@/api/queries/entities';
import { Card } from '@/components/Card';
import { ErrorNotice } from '@/components/Notice';
import { Skeleton } from '@/components/Skeleton';
import { EntityLink } from '@/modules/entity/EntityLink';
import { displayName, metaText, ownerOf, specText } from '@/modules/entity/entity';
import { kindLook } from '@/modules/entity/kinds';
import { parseRef } from '@/modules/entity/ref';
import styles from './RelationTable.module.css';

const SHORT = 10;
const MOST = 1000;

export function RelationTable({ title, refs }: { title: string; refs: string[] }) {
  const [all, setAll] = useState(refs.length <= SHORT + 2);
  const shown = (all ? refs : refs.slice(0, SHORT)).slice(0, MOST);
  const { data, error, refetch } = useQuery(entitiesByRefs(shown));
  const kinds = new Set(shown.map((ref) => parseRef(ref)?.kind));
  const people = kinds.size === 1 && (kinds.has('user') || kinds.has('group'));
  return (
    <Card title={title} count={refs.length} flush>
      {error ? (
        <ErrorNotice title="These could not be read" error={error} onRetry={() => void refetch()} />
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Name</th>
              {people ? null : (
                <>
                  <th scope="col" className={styles.wide} style={{ width: '20%' }}>
                    Owner
                  </th>
                  <th scope="col" className={styles.type}>
                    Type
                  </th>
                </>
              )}
              <th scope="col" className={styles.wide} style={{ width: people ? '60%' : '36%' }}>
                {people && kinds.has('user') ? 'Email' : 'Description'}
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((ref, index) => (
              <Row key={ref} entityRef={ref} entity={data?.[index]} people={people} loading={!data} />
            ))}
          </tbody>
        </table>
      )}
      {refs.length > MOST && all ? (
        <div className={styles.more}>{`Only the first ${MOST.toLocaleString('en')} are shown.`}</div>
      ) : null}
      {all ? null : (
        <button type="button" className={styles.more} onClick={() => setAll(true)}>
          {`Show all ${refs.length.toLocaleString('en')}`}
        </button>
      )}
    </Card>
  );
}

function Row({
  entityRef,
  entity,
  people,
  loading,
}: {
  entityRef: string;
  entity: Entity | null | undefined;
  people: boolean;
  loading: boolean;
}) {
  const owner = entity ? ownerOf(entity) : undefined;
  const profile = entity?.spec?.profile as Record<string, unknown> | undefined;
  const email = typeof profile?.email === 'string' ? profile.email : undefined;
  const note =
    entity === null
      ? 'Not in the catalog'
      : entity
        ? people && email
          ? email
          : metaText(entity, 'description')
        : '';
  const mixed = entity ? specText(entity, 'type') : undefined;
  return (
    <tr>
      <td>
        {loading ? (
          <Skeleton width="60%" />
        ) : (
          <EntityLink target={entityRef} title={entity ? displayName(entity) : undefined} />
        )}
      </td>
      {people ? null : (
        <>
          <td className={styles.wide}>{owner ? <EntityLink target={owner} /> : null}</td>
          <td title={kindLook(parseRef(entityRef)?.kind ?? '').label}>{mixed}</td>
        </>
      )}
      <td className={styles.wide} title={note}>
        {note}
      </td>
    </tr>
  );
}
