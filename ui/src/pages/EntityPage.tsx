// The page of one entity: header, and a tab that the address names.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import type { Entity } from '@/api/catalog';
import { isStatus } from '@/api/error';
import { entityByName } from '@/api/queries/entities';
import { useTitle } from '@/app/useTitle';
import { buttonClass } from '@/components/Button';
import { Empty, ErrorNotice, Notice } from '@/components/Notice';
import { Skeleton } from '@/components/Skeleton';
import { displayName, specText } from '@/modules/entity/entity';
import { kindLook } from '@/modules/entity/kinds';
import { refText } from '@/modules/entity/ref';
import { EntityHeader } from '@/modules/entity-page/EntityHeader';
import { OverviewTab } from '@/modules/entity-page/OverviewTab';
import { type TabId, tabsOf } from '@/modules/entity-page/tabs';
import { visited } from '@/modules/recent/recent';
import styles from './EntityPage.module.css';

const RawTab = lazy(() => import('@/modules/entity-page/RawTab'));
const HistoryTab = lazy(() => import('@/modules/history/HistoryTab'));
const CodeTab = lazy(() => import('@/modules/entity-page/DefinitionTab'));
const GraphView = lazy(() => import('@/modules/graph/GraphView'));

const route = getRouteApi('/catalog/$namespace/$kind/$name/{-$tab}');

export function EntityPage() {
  const { kind, namespace, name, tab } = route.useParams();
  const { data: entity, error, refetch } = useQuery(entityByName(kind, namespace, name));
  useTitle(entity ? displayName(entity) : name);
  const ref = entity ? refText(entity) : undefined;
  useEffect(() => {
    if (ref) visited(ref);
  }, [ref]);

  if (error && !entity) {
    if (isStatus(error, 404)) return <Missing kind={kind} namespace={namespace} name={name} />;
    return (
      <div className={styles.body}>
        <ErrorNotice title="This entity could not be read" error={error} onRetry={() => void refetch()} />
      </div>
    );
  }
  if (!entity) {
    return (
      <div className={styles.body} aria-busy="true">
        <h1 className="visually-hidden">{name}</h1>
        <Skeleton width={240} height={28} />
        <div style={{ height: 12 }} />
        <Skeleton width={480} height={16} />
      </div>
    );
  }
  const current: TabId = tabsOf(entity).find((each) => each.id === tab)?.id ?? 'overview';
  return (
    <div className={styles.page}>
      {isStatus(error, 404) ? (
        <div className={styles.gone}>
          <Notice level="warning" title="This entity has just been removed from the catalog">
            What you see is how it was last.
          </Notice>
        </div>
      ) : null}
      <EntityHeader entity={entity} tab={current} />
      <Suspense
        fallback={
          <div className={styles.body}>
            <Skeleton height={120} />
          </div>
        }
      >
        <Tab entity={entity} tab={current} />
      </Suspense>
    </div>
  );
}

function Tab({ entity, tab }: { entity: Entity; tab: TabId }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  switch (tab) {
    case 'overview':
      return (
        <OverviewTab
          entity={entity}
          steps={search.steps ?? 1}
          onSteps={(steps) =>
            void navigate({
              search: { ...search, steps: steps === 1 ? undefined : steps },
              replace: true,
              resetScroll: false,
            })
          }
        />
      );
    case 'graph':
      return (
        <div className={styles.fill}>
          <GraphView
            root={refText(entity)}
            search={search}
            onChange={(next) => void navigate({ search: { ...search, ...next }, replace: true })}
          />
        </div>
      );
    case 'history':
      return (
        <div className={styles.body}>
          <HistoryTab entity={entity} open={search.change} />
        </div>
      );
    case 'definition':
      return (
        <div className={styles.body}>
          <CodeTab definition={specText(entity, 'definition') ?? ''} type={specText(entity, 'type') ?? ''} />
        </div>
      );
    case 'raw':
      return (
        <div className={styles.body}>
          <RawTab entity={entity} format={search.format} />
        </div>
      );
  }
}

function Missing({ kind, namespace, name }: { kind: string; namespace: string; name: string }) {
  return (
    <>
      <h1 className="visually-hidden">{name}</h1>
      <Empty
        title={`No ${kindLook(kind).label.toLowerCase()} named "${name}"`}
        actions={
          <>
            <Link to="/catalog" search={{ kind: 'all', q: name }} className={buttonClass('primary')}>
              Look for it in the catalog
            </Link>
            <Link to="/operations" className={buttonClass('default')}>
              See what failed to process
            </Link>
          </>
        }
      >
        {`Nothing in the namespace "${namespace}" has that name, or you may not see it. It may have been renamed, or its file may have an error.`}
      </Empty>
    </>
  );
}
