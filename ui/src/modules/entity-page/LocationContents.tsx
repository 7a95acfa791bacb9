// What a Location entity points at, and the entities that stand in those places.

import { useQuery } from '@tanstack/react-query';
import type { Entity } from '@/api/catalog';
import { entityList } from '@/api/queries/entities';
import { Card } from '@/components/Card';
import { SafeLink } from '@/components/SafeLink';
import { specText, texts } from '@/modules/entity/entity';
import { refText } from '@/modules/entity/ref';
import styles from './About.module.css';
import { RelationTable } from './RelationTable';

const MOST = 500;

export function LocationContents({ entity }: { entity: Entity }) {
  const target = specText(entity, 'target');
  const targets = [...(target ? [target] : []), ...texts(entity.spec?.targets)];
  const type = specText(entity, 'type') ?? 'url';
  const read = targets.map((each) => `${type}:${each}`);
  const { data } = useQuery({
    ...entityList(
      { query: { 'metadata.annotations.backstage.io/managed-by-location': { $in: read } } },
      MOST,
      ['kind', 'metadata.name', 'metadata.namespace'],
    ),
    enabled: read.length > 0,
  });
  const own = refText(entity);
  const refs = (data ?? []).map(refText).filter((ref) => ref !== own);
  return (
    <>
      {targets.length > 0 ? (
        <Card title="Points at" count={targets.length}>
          <ul className={styles.links}>
            {targets.map((each) => (
              <li key={each}>
                <SafeLink address={each} />
              </li>
            ))}
          </ul>
        </Card>
      ) : null}
      {refs.length > 0 ? <RelationTable title="Brings" refs={refs} /> : null}
    </>
  );
}
