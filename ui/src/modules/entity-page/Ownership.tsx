// What a group or a person owns, counted by kind; each count leads to the list.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { facets } from '@/api/queries/facets';
import { Card } from '@/components/Card';
import { KindIcon } from '@/modules/entity/KindIcon';
import { compareKinds, kindLook } from '@/modules/entity/kinds';
import styles from './Ownership.module.css';

export function Ownership({ entityRef }: { entityRef: string }) {
  const { data } = useQuery(facets(['kind'], { 'relations.ownedBy': entityRef }));
  const kinds = [...(data?.kind ?? [])].sort((a, b) => compareKinds(a.value, b.value));
  if (kinds.length === 0) return null;
  const total = kinds.reduce((sum, { count }) => sum + count, 0);
  return (
    <Card title="Owns" count={total}>
      <div className={styles.grid}>
        {kinds.map(({ value, count }) => {
          const kind = value.toLowerCase();
          return (
            <Link
              key={value}
              to="/catalog"
              search={{ kind: kind === 'component' ? undefined : kind, owner: [entityRef] }}
              className={styles.tile}
            >
              <span className={styles.count}>{count.toLocaleString('en')}</span>
              <span className={styles.kind}>
                <KindIcon kind={value} />
                {count === 1 ? kindLook(value).label : kindLook(value).plural}
              </span>
            </Link>
          );
        })}
      </div>
    </Card>
  );
}
