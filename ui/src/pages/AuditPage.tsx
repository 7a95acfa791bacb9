// Who did what: the audit log, filtered and followed.

import { Menu } from '@mantine/core';
import { IconDownload, IconFilter, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useCallback, useMemo, useRef, useState } from 'react';
import { isStatus, messageOf } from '@/api/error';
import { type AuditFilter, allEvents, auditEvent, auditEvents } from '@/api/queries/audit';
import { useShortcut } from '@/app/shortcuts';
import { useTitle } from '@/app/useTitle';
import { Button, buttonClass, IconButton } from '@/components/Button';
import { Empty, ErrorNotice } from '@/components/Notice';
import { SearchField } from '@/components/SearchField';
import { Skeleton } from '@/components/Skeleton';
import { toast } from '@/components/toasts';
import { Forbidden } from '@/modules/access/Forbidden';
import { READ_AUDIT } from '@/modules/access/permissions';
import styles from '@/modules/audit/Audit.module.css';
import { AuditFilters } from '@/modules/audit/AuditFilters';
import { AuditList } from '@/modules/audit/AuditList';
import { type AuditSearch, filterOf, isFiltered } from '@/modules/audit/auditSearch';
import { EventDetail } from '@/modules/audit/EventDetail';
import { eventsToCsv, saveFile } from '@/modules/audit/exportEvents';
import { type Following, useFollow } from '@/modules/audit/useFollow';

const route = getRouteApi('/audit');
const MOST_EXPORTED = 50_000;

export function AuditPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [filtersOpen, setFiltersOpen] = useState(false);
  const find = useRef<HTMLInputElement>(null);
  useTitle('Audit');
  const filter = useMemo(() => filterOf(search), [search]);
  const { data, error, isPending, isFetchingNextPage, hasNextPage, fetchNextPage, refetch } =
    useInfiniteQuery(auditEvents(filter));
  const follow = useFollow(search.follow === 'yes', filter);
  const set = (next: Partial<AuditSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  useShortcut('Audit', '/', 'Search the log', () => find.current?.focus());
  useShortcut('Audit', 'f', 'Follow, or stop following', () =>
    set({ follow: search.follow ? undefined : 'yes' }),
  );
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const events = useMemo(() => {
    const stored = data?.pages.flatMap((page) => page.items) ?? [];
    const known = new Set(stored.map((event) => event.id));
    return [...follow.events.filter((event) => !known.has(event.id)), ...stored];
  }, [data, follow.events]);
  const fresh = useMemo(() => new Set(follow.events.map((event) => event.id)), [follow.events]);
  const listed = events.find((event) => event.id === search.event);
  // A link may lead to an event that is far down the list.
  const linked = useQuery({
    ...auditEvent(search.event ?? 0),
    enabled: search.event !== undefined && !listed && !isPending,
  });
  const open = listed ?? (search.event === undefined ? undefined : linked.data);

  if (isStatus(error, 403)) return <Forbidden what="see the audit log" permission={READ_AUDIT.name} />;
  if (isStatus(error, 404)) {
    return (
      <Empty heading="h1" title="This server keeps no audit log">
        Its operator can turn it on in the configuration.
      </Empty>
    );
  }
  return (
    <div className={styles.page}>
      <header className={styles.bar}>
        <h1>Audit</h1>
        <div className={styles.find}>
          <SearchField
            ref={find}
            label="Search the log"
            hint="/"
            value={search.q ?? ''}
            onChange={(text) => set({ q: text || undefined })}
          />
        </div>
        <Button
          className={styles.filtersButton}
          aria-expanded={filtersOpen}
          onClick={() => setFiltersOpen(!filtersOpen)}
        >
          <IconFilter size={16} aria-hidden />
          Filters
        </Button>
        <Live state={follow.state} />
        <Button
          aria-pressed={search.follow === 'yes'}
          onClick={() => set({ follow: search.follow ? undefined : 'yes' })}
        >
          {search.follow ? (
            <IconPlayerPause size={16} aria-hidden />
          ) : (
            <IconPlayerPlay size={16} aria-hidden />
          )}
          {search.follow ? 'Stop' : 'Follow'}
        </Button>
        <ExportMenu filter={filter} />
      </header>
      <div className={styles.main}>
        <div className={`${styles.rail} ${filtersOpen ? styles.railOpen : ''}`}>
          <AuditFilters search={search} onChange={set} />
        </div>
        <div className={styles.list}>
          {error ? (
            <div className={styles.pad}>
              <ErrorNotice
                title="The audit log could not be read"
                error={error}
                onRetry={() => void refetch()}
              />
            </div>
          ) : isPending ? (
            <div className={styles.pad} aria-busy="true">
              <Skeleton height={240} />
            </div>
          ) : events.length === 0 ? (
            isFiltered(search) ? (
              <Empty
                title="Nothing matches all of these filters"
                actions={
                  <Link to="/audit" className={buttonClass('default')}>
                    Clear all filters
                  </Link>
                }
              />
            ) : (
              <Empty title="Nothing has been recorded yet">
                Sign-ins, changes and denials show here as they happen.
              </Empty>
            )
          ) : (
            <AuditList
              events={events}
              fresh={fresh}
              open={search.event}
              more={hasNextPage}
              loading={isFetchingNextPage}
              onMore={more}
              onOpen={(id) => set({ event: id === search.event ? undefined : id })}
            />
          )}
        </div>
        {open ? <EventDetail event={open} onClose={() => set({ event: undefined })} /> : null}
      </div>
    </div>
  );
}

const STATES: Record<Following['state'], string> = {
  off: '',
  connecting: 'Connecting',
  live: 'Live',
  away: 'Connection lost, trying again',
};

function Live({ state }: { state: Following['state'] }) {
  return (
    <span role="status" className={`${styles.live} ${state === 'live' ? styles.isLive : ''}`}>
      {STATES[state]}
    </span>
  );
}

function ExportMenu({ filter }: { filter: AuditFilter }) {
  const run = async (format: 'csv' | 'json') => {
    try {
      const events = await allEvents(filter, MOST_EXPORTED);
      if (format === 'csv') saveFile('audit.csv', 'text/csv', eventsToCsv(events));
      else saveFile('audit.json', 'application/json', JSON.stringify(events, null, 2));
      if (events.length === MOST_EXPORTED) {
        toast.info(
          'The newest events only',
          `An export holds ${MOST_EXPORTED.toLocaleString('en')} events at most. Narrow the time to get older ones.`,
        );
      }
    } catch (error) {
      toast.error('The export failed', messageOf(error));
    }
  };
  return (
    <Menu withinPortal={false} position="bottom-end">
      <Menu.Target>
        <IconButton label="Export" weight="default">
          <IconDownload size={16} aria-hidden />
        </IconButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void run('csv')}>CSV, what matches the filters</Menu.Item>
        <Menu.Item onClick={() => void run('json')}>JSON, what matches the filters</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
