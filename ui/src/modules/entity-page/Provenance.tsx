// How an entity got here: from the file it stands in, up through the locations that led there.

import { useQuery } from '@tanstack/react-query';
import type { Entity } from '@/api/catalog';
import { entityAncestry } from '@/api/queries/entities';
import { Card } from '@/components/Card';
import { SafeLink } from '@/components/SafeLink';
import { Skeleton } from '@/components/Skeleton';
import { EntityLink } from '@/modules/entity/EntityLink';
import { annotation, specText } from '@/modules/entity/entity';
import { refOf, refText } from '@/modules/entity/ref';
import styles from './About.module.css';
import { locationHref, parseLocationRef, shortTarget } from './locationRef';

type Ancestry = { rootEntityRef: string; items: { entity: Entity; parentEntityRefs: string[] }[] };

/** The chain of first parents, nearest first; stops at a circle. */
export function parentChain(ancestry: Ancestry): Entity[] {
  const byRef = new Map(ancestry.items.map((item) => [refText(item.entity), item]));
  const chain: Entity[] = [];
  const seen = new Set<string>();
  let current = byRef.get(ancestry.rootEntityRef);
  while (current) {
    const parent = current.parentEntityRefs.find((ref) => byRef.has(ref) && !seen.has(ref));
    if (!parent) break;
    seen.add(parent);
    current = byRef.get(parent);
    if (current) chain.push(current.entity);
  }
  return chain;
}

export function Provenance({ entity }: { entity: Entity }) {
  const ref = refOf(entity);
  const { data, isPending } = useQuery(entityAncestry(ref.kind, ref.namespace, ref.name));
  const file = parseLocationRef(annotation(entity, 'backstage.io/managed-by-location'));
  const chain = data ? parentChain(data) : [];
  if (!file && chain.length === 0 && !isPending) return null;
  const last = chain.at(-1);
  const origin = parseLocationRef(
    annotation(last ?? entity, 'backstage.io/managed-by-origin-location') ??
      annotation(entity, 'backstage.io/managed-by-origin-location'),
  );
  return (
    <Card title="How it got here">
      <ol className={styles.steps}>
        {file ? (
          <li>
            <div className={styles.stepWhat}>Defined in</div>
            {locationHref(file) ? (
              <SafeLink address={file.target}>{shortTarget(file.target)}</SafeLink>
            ) : (
              <span title={file.target}>{shortTarget(file.target)}</span>
            )}
          </li>
        ) : null}
        {isPending ? (
          <li>
            <Skeleton width="80%" />
          </li>
        ) : null}
        {chain.map((location) => (
          <li key={refText(location)}>
            <div className={styles.stepWhat}>Brought by</div>
            <EntityLink
              target={refOf(location)}
              title={shortTarget(specText(location, 'target') ?? location.metadata.name)}
            />
          </li>
        ))}
        {origin && chain.length > 0 ? (
          <li>
            <div className={styles.stepWhat}>{`Started with the ${origin.type} location`}</div>
            <span title={`${origin.type}:${origin.target}`}>{shortTarget(origin.target)}</span>
          </li>
        ) : null}
      </ol>
    </Card>
  );
}
