// Nothing matches: which filter to drop, and what dropping it would bring.

import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { entityCount } from '@/api/queries/entities';
import { buttonClass } from '@/components/Button';
import { Empty } from '@/components/Notice';
import { kindLook } from '@/modules/entity/kinds';
import styles from '@/pages/CatalogPage.module.css';
import {
  type CatalogSearch,
  chosenFacets,
  cleared,
  DEFAULT_KIND,
  FACETS,
  filterCount,
  type Mine,
  predicateOf,
} from './filters';

type Way = { label: string; search: CatalogSearch };

/** Each filter that is on, and the address without it. */
export function waysOut(search: CatalogSearch): Way[] {
  const ways: Way[] = chosenFacets(search).map((id) => ({
    label: `${FACETS.find((facet) => facet.id === id)?.label}: ${(search[id] ?? []).join(', ')}`,
    search: { ...search, [id]: undefined },
  }));
  if (search.q) ways.push({ label: `the text "${search.q}"`, search: { ...search, q: undefined } });
  if (search.scope) {
    ways.push({
      label: `"${search.scope === 'owned' ? 'Owned' : 'Starred'}"`,
      search: { ...search, scope: undefined },
    });
  }
  return ways;
}

export function EmptyCatalog({ search, mine }: { search: CatalogSearch; mine: Mine }) {
  const ways = waysOut(search);
  const counts = useQueries({
    queries: ways.map((way) => entityCount({ query: predicateOf(way.search, mine), text: way.search.q })),
  });
  const plural = kindLook(search.kind ?? DEFAULT_KIND).plural.toLowerCase();
  if (filterCount(search) === 0) {
    return (
      <Empty
        title={`No ${search.kind === 'all' ? 'entities' : plural} yet`}
        actions={
          <Link to="/catalog-import" className={buttonClass('primary')}>
            Register a catalog file
          </Link>
        }
      >
        The catalog reads them from files in your repositories.
      </Empty>
    );
  }
  const useful = ways
    .map((way, index) => ({ ...way, count: counts[index]?.data ?? 0 }))
    .sort((a, b) => b.count - a.count);
  return (
    <Empty title="Nothing matches all of these filters">
      <div className={styles.drop}>
        {useful.map((way) => (
          <Link key={way.label} to="/catalog" search={way.search}>
            {`Without ${way.label}: ${way.count}`}
          </Link>
        ))}
        <Link to="/catalog" search={cleared(search)}>
          Clear all filters
        </Link>
      </div>
    </Empty>
  );
}
