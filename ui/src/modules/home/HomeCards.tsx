// The parts of the home page: what is mine, what I starred and saw, what changed, what needs me.

import { useQueries, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Change, Entity } from '@/api/catalog';
import { entitiesByRefs, entityPage } from '@/api/queries/entities';
import { latestChanges } from '@/api/queries/history';
import { unprocessed } from '@/api/queries/unprocessed';
import type { Task } from '@/api/scaffolder';
import { Card } from '@/components/Card';
import { RelativeTime } from '@/components/RelativeTime';
import { Skeleton } from '@/components/Skeleton';
import { EntityLink } from '@/modules/entity/EntityLink';
import { displayName, specText } from '@/modules/entity/entity';
import { compareKinds, kindLook } from '@/modules/entity/kinds';
import { parseRef, refOf, refText } from '@/modules/entity/ref';
import { changedFields } from '@/modules/history/changedFields';
import { useRecent } from '@/modules/recent/recent';
import { subjectOf, titleOf } from '@/modules/scaffolder/taskFacts';
import styles from '@/pages/Page.module.css';
import { needsOf } from './needs';

const SHOWN = 8;
const WATCHED = 24;
const CHANGES = 8;

/** What the person or their groups own, components first. */
export function useOwned(owners: string[]) {
  return useQuery({
    ...entityPage(
      {
        query: {
          'relations.ownedBy': { $in: owners },
          kind: { $in: ['component', 'api', 'system', 'resource'] },
        },
        order: { field: 'metadata.name', order: 'asc' },
      },
      100,
      0,
    ),
    enabled: owners.length > 0,
  });
}

export function OwnedCard({ items, total }: { items: Entity[]; total: number }) {
  if (total === 0) return null;
  return (
    <Card title="You own" count={total} flush>
      <EntityRows entities={[...items].sort((a, b) => compareKinds(a.kind, b.kind)).slice(0, SHOWN)} />
      <Link to="/catalog" search={{ kind: 'all', scope: 'owned' }} className={styles.more}>
        Show all that you own
      </Link>
    </Card>
  );
}

/**
 * What needs the person: tasks that wait for their yes, their entities with problems, and files of theirs that never
 * became entities.
 */
export function NeedsCard({
  items,
  owners,
  approvals,
}: {
  items: Entity[];
  owners: string[];
  approvals: Task[];
}) {
  // Who may not see what failed has nothing to do about it.
  const { data: failed } = useQuery({ ...unprocessed('failed'), retry: false, enabled: owners.length > 0 });
  const needs = needsOf(items, failed ?? [], owners);
  if (needs.length + approvals.length === 0) return null;
  return (
    <Card title="Needs you" count={needs.length + approvals.length} flush>
      <ul className={styles.rows}>
        {approvals.map((task) => (
          <li key={task.id} className={styles.need}>
            <Link to="/create/tasks/$taskId" params={{ taskId: task.id }}>
              {[titleOf(task), subjectOf(task)].filter(Boolean).join(': ')}
            </Link>
            <span className="quiet ellipsis" title={task.waitingFor?.message}>
              Waits for your approval
            </span>
          </li>
        ))}
        {needs.slice(0, SHOWN).map((need) => (
          <li key={`${need.ref} ${need.reason}`} className={styles.need}>
            <EntityLink target={need.ref} title={need.title} />
            <span className="quiet ellipsis" title={need.reason}>
              {need.reason}
            </span>
          </li>
        ))}
      </ul>
      {needs.length > SHOWN ? (
        <Link to="/operations" className={styles.more}>
          {`Show all that failed`}
        </Link>
      ) : null}
    </Card>
  );
}

export function RefsCard({ title, refs }: { title: string; refs: string[] }) {
  const shown = refs.slice(0, SHOWN);
  const { data } = useQuery({ ...entitiesByRefs(shown), enabled: shown.length > 0 });
  if (shown.length === 0) return null;
  return (
    <Card title={title} count={refs.length} flush>
      <ul className={styles.rows}>
        {shown.map((ref, index) => {
          const entity = data?.[index];
          return (
            <li key={ref}>
              {data ? (
                <EntityLink target={ref} title={entity ? displayName(entity) : undefined} />
              ) : (
                <Skeleton width="50%" />
              )}
              <span className="quiet">
                {entity
                  ? (specText(entity, 'type') ?? kindLook(entity.kind).label)
                  : entity === null
                    ? 'Not in the catalog'
                    : ''}
              </span>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

export function RecentCard() {
  return <RefsCard title="Seen last" refs={useRecent()} />;
}

const WORDS = { created: 'created', updated: 'changed', deleted: 'deleted' };

/** The newest changes of the first few things that one owns. */
export function ChangesCard({ items }: { items: Entity[] }) {
  const histories = useQueries({
    queries: items.slice(0, WATCHED).map((entity) => {
      const ref = refOf(entity);
      return latestChanges(ref.kind, ref.namespace, ref.name, 3);
    }),
  });
  const changes: Change[] = histories
    .flatMap((history) => history.data ?? [])
    .sort((a, b) => b.sequence - a.sequence)
    .slice(0, CHANGES);
  if (changes.length === 0) return null;
  return (
    <Card title="Changed in what you own" flush>
      <ul className={styles.rows}>
        {changes.map((change) => (
          <ChangeRow key={change.sequence} change={change} />
        ))}
      </ul>
    </Card>
  );
}

function ChangeRow({ change }: { change: Change }) {
  const ref = parseRef(change.entityRef);
  if (!ref) return null;
  const what = change.type === 'updated' ? changedFields(change.before, change.after).join(', ') : '';
  return (
    <li>
      <EntityLink target={ref} title={change.after ? displayName(change.after) : undefined} />
      <span className={`${styles.what} quiet ellipsis`} title={what}>
        {what}
      </span>
      <Link
        to="/catalog/$namespace/$kind/$name/{-$tab}"
        params={{ namespace: ref.namespace, kind: ref.kind, name: ref.name, tab: 'history' }}
        search={{ change: String(change.sequence) }}
      >
        {WORDS[change.type]} <RelativeTime value={change.at} />
      </Link>
    </li>
  );
}

function EntityRows({ entities }: { entities: Entity[] }) {
  return (
    <ul className={styles.rows}>
      {entities.map((entity) => (
        <li key={refText(entity)}>
          <EntityLink target={refOf(entity)} title={displayName(entity)} />
          <span className="quiet">
            {[specText(entity, 'type'), specText(entity, 'lifecycle')].filter(Boolean).join(' · ')}
          </span>
        </li>
      ))}
    </ul>
  );
}
