// An entity's changes as a timeline, newest first, each with its cause and, opened, its diff.

import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { Change, Entity } from '@/api/catalog';
import { isStatus } from '@/api/error';
import { entityHistory } from '@/api/queries/history';
import { Button, buttonClass } from '@/components/Button';
import { Empty, ErrorNotice } from '@/components/Notice';
import { RelativeTime } from '@/components/RelativeTime';
import { Skeleton } from '@/components/Skeleton';
import { refOf } from '@/modules/entity/ref';
import { shortCause } from '@/modules/entity-page/locationRef';
import { changedFields } from './changedFields';
import styles from './HistoryTab.module.css';

const ChangeDiff = lazy(() => import('./ChangeDiff'));
const WORDS = { created: 'Created', updated: 'Changed', deleted: 'Deleted' };
const FIELDS_SHOWN = 8;

export default function HistoryTab({ entity, open }: { entity: Entity; open: string | undefined }) {
  const ref = refOf(entity);
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } =
    useInfiniteQuery(entityHistory(ref.kind, ref.namespace, ref.name));
  if (error && !isStatus(error, 404)) {
    return <ErrorNotice title="The history could not be read" error={error} onRetry={() => void refetch()} />;
  }
  if (isPending) return <Skeleton height={80} />;
  const changes = data?.pages.flatMap((page) => page.items) ?? [];
  if (changes.length === 0) {
    return (
      <Empty title="No changes are kept">
        Older changes may have been dropped by the server's retention.
      </Empty>
    );
  }
  return (
    <>
      <ol className={styles.timeline}>
        {changes.map((change) => (
          <ChangeItem
            key={change.sequence}
            change={change}
            entity={entity}
            open={open === String(change.sequence)}
          />
        ))}
      </ol>
      {hasNextPage ? (
        <Button onClick={() => void fetchNextPage()} disabled={isFetchingNextPage}>
          Show older changes
        </Button>
      ) : null}
    </>
  );
}

function ChangeItem({ change, entity, open }: { change: Change; entity: Entity; open: boolean }) {
  const ref = refOf(entity);
  const fields = change.type === 'updated' ? changedFields(change.before, change.after) : [];
  return (
    <li className={`${styles.change} ${change.type === 'updated' ? '' : styles[change.type]}`}>
      <div className={styles.head}>
        <span className={styles.what}>{WORDS[change.type]}</span>
        <span className="quiet">
          <RelativeTime value={change.at} />
        </span>
        <Link
          to="/catalog/$namespace/$kind/$name/{-$tab}"
          params={{ namespace: ref.namespace, kind: ref.kind.toLowerCase(), name: ref.name, tab: 'history' }}
          search={{ change: open ? undefined : String(change.sequence) }}
          className={buttonClass('quiet', true)}
          resetScroll={false}
        >
          {open ? 'Hide the difference' : 'Show the difference'}
        </Link>
      </div>
      <div className={styles.cause} title={change.cause}>
        {shortCause(change.cause)}
      </div>
      {fields.length > 0 ? (
        <div className={styles.fields}>
          {fields.slice(0, FIELDS_SHOWN).map((field) => (
            <span key={field} className={styles.field}>
              {field}
            </span>
          ))}
          {fields.length > FIELDS_SHOWN ? (
            <span className="quiet">{`and ${fields.length - FIELDS_SHOWN} more`}</span>
          ) : null}
        </div>
      ) : null}
      {open ? (
        <div className={styles.diff}>
          <Suspense fallback={<Skeleton height={80} />}>
            <ChangeDiff change={change} />
          </Suspense>
        </div>
      ) : null}
    </li>
  );
}
