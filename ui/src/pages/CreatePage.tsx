// The gallery: everything that can be made here, found by words, tags, types and owners.

import { IconFilter } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useRef, useState } from 'react';
import { isStatus } from '@/api/error';
import { useIdentity } from '@/api/useSession';
import { useShortcut } from '@/app/shortcuts';
import { useTitle } from '@/app/useTitle';
import { Button, buttonClass } from '@/components/Button';
import { Empty, ErrorNotice } from '@/components/Notice';
import { SearchField } from '@/components/SearchField';
import { Skeleton } from '@/components/Skeleton';
import { Forbidden } from '@/modules/access/Forbidden';
import { waysOut } from '@/modules/catalog/EmptyCatalog';
import { FacetRail } from '@/modules/catalog/FacetRail';
import { filterCount } from '@/modules/catalog/filters';
import { ScopeSwitch } from '@/modules/catalog/ScopeSwitch';
import { refText } from '@/modules/entity/ref';
import styles from '@/modules/scaffolder/gallery/Gallery.module.css';
import { asCatalog, templates } from '@/modules/scaffolder/gallery/gallery';
import { type GallerySearch, withoutTable } from '@/modules/scaffolder/gallery/readGallerySearch';
import { TemplateCard } from '@/modules/scaffolder/gallery/TemplateCard';
import { useStars } from '@/modules/stars/useStars';

const Dialog = lazy(() => import('@/components/Dialog'));

const route = getRouteApi('/create');

export function CreatePage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { ownershipEntityRefs } = useIdentity();
  const { starred, isStarred, toggle } = useStars();
  const mine = useMemo(() => ({ owned: ownershipEntityRefs, starred }), [ownershipEntityRefs, starred]);
  const [railOpen, setRailOpen] = useState(false);
  const find = useRef<HTMLInputElement>(null);
  useTitle('Create');
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } =
    useInfiniteQuery(templates(search, mine));
  const change = (next: GallerySearch, replace = false) => void navigate({ search: next, replace });
  useShortcut('Create', '/', 'Filter the templates', () => find.current?.focus());
  useShortcut('Create', 'c', 'Clear all filters', () => change({}));

  if (isStatus(error, 403)) return <Forbidden what="see templates" permission="catalog.entity.read" />;
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  const total = data?.pages[0]?.totalItems;
  const filters = filterCount(search);
  const rail = (
    <FacetRail search={asCatalog(search)} mine={mine} onChange={(next) => change(withoutTable(next))} />
  );
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>Create</h1>
        <nav className={styles.links} aria-label="Parts of Create">
          <Link to="/create/tasks" className={buttonClass('quiet', true)}>
            Tasks
          </Link>
          <Link to="/create/edit" className={buttonClass('quiet', true)}>
            Template editor
          </Link>
          <Link to="/create/actions" className={buttonClass('quiet', true)}>
            Actions
          </Link>
          <Link to="/create/fields" className={buttonClass('quiet', true)}>
            Fields
          </Link>
          <Link to="/create/templating-extensions" className={buttonClass('quiet', true)}>
            Filters and functions
          </Link>
        </nav>
      </header>
      <div className={styles.main}>
        <aside className={styles.rail} aria-label="Filters">
          {rail}
        </aside>
        <section className={styles.list} aria-label="Templates">
          <div className={styles.bar}>
            <ScopeSwitch to="/create" search={search} asked={asCatalog(search)} mine={mine} listed={total} />
            <div className={styles.find}>
              <SearchField
                ref={find}
                label="Filter templates"
                hint="/"
                value={search.q ?? ''}
                onChange={(q) => change({ ...search, q: q || undefined }, true)}
              />
            </div>
            <span className={styles.total} role="status">
              {total === undefined
                ? ''
                : `${total.toLocaleString('en')} ${total === 1 ? 'template' : 'templates'}`}
            </span>
            <Button small weight="quiet" className={styles.filtersButton} onClick={() => setRailOpen(true)}>
              <IconFilter size={16} aria-hidden />
              Filters
              {filters > 0 ? ` (${filters})` : ''}
            </Button>
          </div>
          {error && !data ? (
            <ErrorNotice
              title="The templates could not be read"
              error={error}
              onRetry={() => void refetch()}
            />
          ) : isPending ? (
            <div className={styles.grid} aria-busy="true">
              {[1, 2, 3, 4, 5, 6].map((each) => (
                <Skeleton key={each} height={124} />
              ))}
            </div>
          ) : items.length === 0 ? (
            <NoTemplates search={search} filtered={filters > 0} />
          ) : (
            <>
              <ul className={styles.grid} aria-label="Templates">
                {items.map((entity) => {
                  const ref = refText(entity);
                  return (
                    <TemplateCard
                      key={ref}
                      entity={entity}
                      starred={isStarred(ref)}
                      onStar={() => toggle(ref)}
                      onTag={(tag) => change({ ...search, tag: [tag] })}
                    />
                  );
                })}
              </ul>
              {hasNextPage ? (
                <div className={styles.more}>
                  <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                    {isFetchingNextPage ? 'Loading' : 'Show more'}
                  </Button>
                </div>
              ) : null}
            </>
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

function NoTemplates({ search, filtered }: { search: GallerySearch; filtered: boolean }) {
  if (!filtered) {
    return (
      <Empty
        title="No templates yet"
        actions={
          <>
            <Link to="/catalog-import" className={buttonClass('primary')}>
              Register a template
            </Link>
            <Link to="/create/edit" className={buttonClass('default')}>
              Write one
            </Link>
          </>
        }
      >
        A template is an entity of the kind Template. The catalog reads it from a file in a repository.
      </Empty>
    );
  }
  return (
    <Empty title="No template matches all of these filters">
      <div className={styles.drop}>
        {waysOut(asCatalog(search)).map((way) => (
          <Link key={way.label} to="/create" search={withoutTable(way.search)}>
            {`Without ${way.label}`}
          </Link>
        ))}
        <Link to="/create" search={{}}>
          Clear all filters
        </Link>
      </div>
    </Empty>
  );
}
