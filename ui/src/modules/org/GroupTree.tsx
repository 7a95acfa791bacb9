// Where a group stands: the groups above it, itself, and the ones below it.

import { useQueries, useQuery } from '@tanstack/react-query';
import type { Entity } from '@/api/catalog';
import { entitiesByRefs } from '@/api/queries/entities';
import { Card } from '@/components/Card';
import { EntityLink } from '@/modules/entity/EntityLink';
import { displayName, relatedTexts } from '@/modules/entity/entity';
import { refText } from '@/modules/entity/ref';
import styles from './GroupTree.module.css';

const FIELDS = ['kind', 'metadata.name', 'metadata.namespace', 'metadata.title', 'spec.profile', 'relations'];
const LEVELS_UP = 6;

/** The groups above, topmost first. One request a level; hierarchies are shallow. */
function useAncestors(group: Entity): string[] {
  const [parent] = relatedTexts(group, 'childOf');
  const [first, second, third, fourth, fifth, sixth] = useChain(parent);
  return [sixth, fifth, fourth, third, second, first].filter((ref): ref is string => ref !== undefined);
}

function useChain(start: string | undefined): (string | undefined)[] {
  const chain: (string | undefined)[] = [start];
  const one = useParent(chain[0]);
  const two = useParent(one);
  const three = useParent(two);
  const four = useParent(three);
  const five = useParent(four);
  chain.push(one, two, three, four, five);
  const seen = new Set<string>();
  return chain.slice(0, LEVELS_UP).map((ref) => {
    if (!ref || seen.has(ref)) return undefined;
    seen.add(ref);
    return ref;
  });
}

function useParent(ref: string | undefined): string | undefined {
  const { data } = useQuery({ ...entitiesByRefs(ref ? [ref] : [], FIELDS), enabled: ref !== undefined });
  const group = data?.[0];
  return group ? relatedTexts(group, 'childOf')[0] : undefined;
}

export function GroupTree({ group }: { group: Entity }) {
  const above = useAncestors(group);
  const children = relatedTexts(group, 'parentOf');
  const below = useQueries({ queries: children.map((ref) => entitiesByRefs([ref], FIELDS)) });
  if (above.length === 0 && children.length === 0) return null;
  const depth = above.length;
  return (
    <Card title="Hierarchy">
      <ul className={styles.tree}>
        {above.map((ref, level) => (
          <li key={ref} className={styles.item} style={{ paddingLeft: level * 20 }}>
            <EntityLink target={ref} />
          </li>
        ))}
        <li
          className={`${styles.item} ${styles.here}`}
          style={{ paddingLeft: depth * 20 }}
          aria-current="true"
        >
          <EntityLink target={refText(group)} title={displayName(group)} />
        </li>
        {children.map((ref, index) => {
          const child = below[index]?.data?.[0];
          const more = child ? relatedTexts(child, 'parentOf').length : 0;
          return (
            <li key={ref} className={styles.item} style={{ paddingLeft: (depth + 1) * 20 }}>
              <EntityLink target={ref} title={child ? displayName(child) : undefined} />
              {more > 0 ? (
                <span className="quiet">{more === 1 ? '1 group below' : `${more} groups below`}</span>
              ) : null}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
