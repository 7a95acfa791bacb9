// The catalog: kinds on top, facets on the left, rows everywhere else. All of its state is the address.

import { IconFilter, IconX } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useRef, useState } from 'react';
import { useIdentity } from '@/api/useSession';
import { firstPaint } from '@/app/firstPaint';
import { useShortcut } from '@/app/shortcuts';
import { useTitle } from '@/app/useTitle';
import { Button } from '@/components/Button';
import { ErrorNotice } from '@/components/Notice';
import { SearchField } from '@/components/SearchField';
import { useSelection } from '@/modules/catalog/bulk/useSelection';
import { CatalogTable } from '@/modules/catalog/CatalogTable';
import { columnsFor, sortField } from '@/modules/catalog/columns';
import { EmptyCatalog } from '@/modules/catalog/EmptyCatalog';
import { FacetRail } from '@/modules/catalog/FacetRail';
import {
  ALL_KINDS,
  type CatalogSearch,
  chosenFacets,
  cleared,
  DEFAULT_KIND,
  FACETS,
  filterCount,
  type Mine,
  predicateOf,
  toggled,
} from '@/modules/catalog/filters';
import { KindTabs } from '@/modules/catalog/KindTabs';
import { ScopeSwitch } from '@/modules/catalog/ScopeSwitch';
import { useSegments } from '@/modules/catalog/useSegments';
import { kindLook } from '@/modules/entity/kinds';
import { useStars } from '@/modules/stars/useStars';
import styles from './CatalogPage.module.css';

const CatalogMenus = lazy(() => firstPaint.then(() => import('@/modules/catalog/CatalogMenus')));
const BulkBar = lazy(() => import('@/modules/catalog/bulk/BulkBar'));
const Dialog = lazy(() => import('@/components/Dialog'));

const route = getRouteApi('/catalog');

export function CatalogPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { ownershipEntityRefs } = useIdentity();
  const { starred } = useStars();
  const mine: Mine = useMemo(() => ({ owned: ownershipEntityRefs, starred }), [ownershipEntityRefs, starred]);
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(new Set());
  const [railOpen, setRailOpen] = useState(false);
  const find = useRef<HTMLInputElement>(null);

  const kind = search.kind ?? DEFAULT_KIND;
  const plural = kind === ALL_KINDS ? 'Entities' : kindLook(kind).plural;
  useTitle(plural);

  const change = (next: CatalogSearch, replace = false) => void navigate({ search: next, replace });
  const columns = useMemo(() => columnsFor(kind, search.cols), [kind, search.cols]);
  const shown = useMemo(() => columns.filter((each) => each.shown).map((each) => each.column), [columns]);
  const listing = useSegments(search, mine, collapsed);
  const sortId =
    columns.find(({ column }) => column.field === sortField(kind, search.sort))?.column.id ?? 'name';

  useShortcut('Catalog', '/', 'Filter the list', () => find.current?.focus());
  useShortcut('Catalog', 'c', 'Clear all filters', () => change(cleared(search)));

  const query = { query: predicateOf(search, mine), text: search.q };
  const selection = useSelection(JSON.stringify(query));
  const selectAll = () => selection.all(query, listing.total ?? 0);
  useShortcut('List', 'A', 'Select everything that is listed', selectAll);

  const onSort = (id: string) => {
    const again = id === sortId;
    change({
      ...search,
      sort: id === 'name' ? undefined : id,
      dir: again && search.dir !== 'desc' ? 'desc' : undefined,
      group: undefined,
    });
  };
  const onToggleGroup = (key: string) => {
    const next = new Set(collapsed);
    if (!next.delete(key)) next.add(key);
    setCollapsed(next);
  };

  const rail = <FacetRail search={search} mine={mine} onChange={(next) => change(next)} />;
  const filters = filterCount(search);
  return (
    <div className={styles.page}>
      <h1 className="visually-hidden">{plural}</h1>
      <KindTabs search={search} mine={mine} />
      <div className={styles.main}>
        <aside className={styles.rail} aria-label="Filters">
          {rail}
        </aside>
        <section className={styles.list} aria-label={plural}>
          <div className={styles.bar}>
            {selection.chosen.size > 0 ? (
              <Suspense fallback={<span className={styles.menusToCome} />}>
                <BulkBar
                  chosen={selection.chosen}
                  total={listing.total}
                  columns={shown}
                  onAll={selectAll}
                  onClear={selection.clear}
                />
              </Suspense>
            ) : (
              <>
                <ScopeSwitch
                  to="/catalog"
                  search={search}
                  asked={search}
                  mine={mine}
                  listed={listing.total}
                />
                <div className={styles.find}>
                  <SearchField
                    ref={find}
                    label={`Filter ${plural.toLowerCase()}`}
                    hint="/"
                    value={search.q ?? ''}
                    onChange={(q) => change({ ...search, q: q || undefined }, true)}
                  />
                </div>
                <span className={styles.total} role="status">
                  {listing.total === undefined
                    ? ''
                    : `${listing.total.toLocaleString('en')} ${listing.total === 1 ? kindNoun(kind) : plural.toLowerCase()}`}
                </span>
                <Button
                  small
                  weight="quiet"
                  className={styles.filtersButton}
                  onClick={() => setRailOpen(true)}
                >
                  <IconFilter size={16} aria-hidden />
                  Filters
                  {filters > 0 ? ` (${filters})` : ''}
                </Button>
                <Suspense fallback={<span className={styles.menusToCome} />}>
                  <CatalogMenus
                    search={search}
                    query={query}
                    columns={columns}
                    onColumns={(ids) => change({ ...search, cols: ids.filter((id) => id !== 'name') }, true)}
                    onGroup={(group) => change({ ...search, group, sort: undefined, dir: undefined })}
                  />
                </Suspense>
              </>
            )}
          </div>
          <FilterChips search={search} onChange={change} />
          {listing.error && listing.total === undefined ? (
            <div style={{ padding: 12 }}>
              <ErrorNotice title="The list could not be read" error={listing.error} onRetry={listing.retry} />
            </div>
          ) : listing.total === 0 && !listing.stale ? (
            <EmptyCatalog search={search} mine={mine} />
          ) : (
            <CatalogTable
              label={plural}
              columns={shown}
              segments={listing.segments}
              stale={listing.stale}
              sort={{ id: sortId, dir: search.dir ?? 'asc' }}
              onSort={onSort}
              onToggleGroup={onToggleGroup}
              selection={selection}
            />
          )}
        </section>
      </div>
      {railOpen ? (
        <Suspense>
          <Dialog title="Filters" onClose={() => setRailOpen(false)}>
            {rail}
          </Dialog>
        </Suspense>
      ) : null}
    </div>
  );
}

function kindNoun(kind: string): string {
  return kind === ALL_KINDS ? 'entity' : kindLook(kind).label.toLowerCase();
}

function FilterChips({
  search,
  onChange,
}: {
  search: CatalogSearch;
  onChange: (search: CatalogSearch) => void;
}) {
  const chosen = chosenFacets(search);
  if (chosen.length === 0) return null;
  return (
    <div className={styles.chips}>
      {chosen.flatMap((id) =>
        (search[id] ?? []).map((value) => (
          <button
            key={`${id}=${value}`}
            type="button"
            className={styles.chip}
            onClick={() => onChange(toggled(search, id, value))}
            aria-label={`Remove the filter ${FACETS.find((facet) => facet.id === id)?.label} ${value}`}
          >
            <span className="ellipsis">
              <span className="quiet">{FACETS.find((facet) => facet.id === id)?.label}</span> {value}
            </span>
            <IconX size={14} aria-hidden />
          </button>
        )),
      )}
      <Button small weight="quiet" onClick={() => onChange(cleared(search))}>
        Clear all
      </Button>
    </div>
  );
}
