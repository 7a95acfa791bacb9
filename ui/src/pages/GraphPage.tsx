// The graph round any entity. Without one in the address, it asks which.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { entityPage } from '@/api/queries/entities';
import { useTitle } from '@/app/useTitle';
import { SearchField } from '@/components/SearchField';
import { Skeleton } from '@/components/Skeleton';
import { EntityLink } from '@/modules/entity/EntityLink';
import { displayName } from '@/modules/entity/entity';
import { KindIcon } from '@/modules/entity/KindIcon';
import { formatRef, parseRef, refText } from '@/modules/entity/ref';
import styles from './GraphPage.module.css';

const GraphView = lazy(() => import('@/modules/graph/GraphView'));
const route = getRouteApi('/catalog-graph');
const KINDS = ['domain', 'system', 'component', 'api', 'resource', 'group'];

export function GraphPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  useTitle('Graph');
  const ref = search.root ? parseRef(search.root) : undefined;
  if (!ref) return <PickRoot />;
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <h1>Graph</h1>
        <EntityLink target={ref} />
        <Link to="/catalog-graph">Start somewhere else</Link>
      </div>
      <Suspense fallback={<Skeleton height={420} />}>
        <GraphView
          root={formatRef(ref)}
          search={search}
          onChange={(change) => void navigate({ search: { ...search, ...change }, replace: true })}
        />
      </Suspense>
    </div>
  );
}

function PickRoot() {
  const [text, setText] = useState('');
  const query = {
    query: { kind: { $in: KINDS } },
    order: { field: 'metadata.name', order: 'asc' } as const,
    text,
  };
  const systems = {
    query: { kind: { $in: ['domain', 'system'] } },
    order: { field: 'kind', order: 'asc' } as const,
  };
  const { data } = useQuery(entityPage(text ? query : systems, 30, 0));
  return (
    <div className={styles.pick}>
      <h1>Graph</h1>
      <p className="quiet" style={{ margin: '4px 0 16px' }}>
        Choose where it starts. Every entity page has a graph of its own, too.
      </p>
      <SearchField label="Find an entity" value={text} onChange={setText} />
      <ul className={styles.results}>
        {data?.items.map((entity) => (
          <li key={refText(entity)}>
            <KindIcon kind={entity.kind} />
            <Link to="/catalog-graph" search={{ root: refText(entity) }}>
              {displayName(entity)}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
