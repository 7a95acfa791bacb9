// For whoever is on call: what failed and why, what waits, which locations are registered.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useRef } from 'react';
import { locations } from '@/api/queries/locations';
import { unprocessed } from '@/api/queries/unprocessed';
import { useShortcut } from '@/app/shortcuts';
import { useTitle } from '@/app/useTitle';
import { SearchField } from '@/components/SearchField';
import { LocationsList } from '@/modules/operations/LocationsList';
import { UnprocessedList } from '@/modules/operations/UnprocessedList';
import styles from './Page.module.css';

const route = getRouteApi('/operations');

export function OperationsPage() {
  const { tab = 'failed', q = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const find = useRef<HTMLInputElement>(null);
  useTitle('Operations');
  useShortcut('Operations', '/', 'Filter the list', () => find.current?.focus());
  const failed = useQuery(unprocessed('failed'));
  const pending = useQuery(unprocessed('pending'));
  const registered = useQuery(locations());
  const tabs = [
    { id: 'failed', label: 'Failed', count: failed.data?.length },
    { id: 'pending', label: 'Pending', count: pending.data?.length },
    { id: 'locations', label: 'Locations', count: registered.data?.length },
  ] as const;
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <h1>Operations</h1>
        <div style={{ marginLeft: 'auto', width: 260 }}>
          <SearchField
            ref={find}
            label="Filter by name or reason"
            hint="/"
            value={q}
            onChange={(text) =>
              void navigate({ search: (before) => ({ ...before, q: text || undefined }), replace: true })
            }
          />
        </div>
      </div>
      <nav className={styles.tabs} aria-label="Operations">
        {tabs.map((each) => (
          <Link
            key={each.id}
            to="/operations"
            search={{ tab: each.id === 'failed' ? undefined : each.id }}
            className={`${styles.tab} ${each.id === tab ? styles.tabOn : ''}`}
            aria-current={each.id === tab ? 'page' : undefined}
          >
            {each.label}{' '}
            {each.count === undefined ? null : <span className="quiet tabular">{each.count}</span>}
          </Link>
        ))}
      </nav>
      {tab === 'locations' ? <LocationsList text={q} /> : <UnprocessedList key={tab} type={tab} text={q} />}
    </div>
  );
}
