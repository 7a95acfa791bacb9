// The kinds that the catalog holds, with their counts.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { all } from '@/api/predicate';
import { facets } from '@/api/queries/facets';
import { usePainted } from '@/app/firstPaint';
import { KindIcon } from '@/modules/entity/KindIcon';
import { compareKinds, kindLook } from '@/modules/entity/kinds';
import styles from '@/pages/CatalogPage.module.css';
import { ALL_KINDS, type CatalogSearch, DEFAULT_KIND, type Mine, scopePredicate } from './filters';

export function KindTabs({ search, mine }: { search: CatalogSearch; mine: Mine }) {
  const { data } = useQuery({
    ...facets(['kind'], all(scopePredicate(search.scope, mine)), search.q),
    enabled: usePainted(),
  });
  const kind = search.kind ?? DEFAULT_KIND;
  const counts = new Map((data?.kind ?? []).map(({ value, count }) => [value.toLowerCase(), count]));
  const kinds = [...new Set([...counts.keys(), ...(kind === ALL_KINDS ? [] : [kind])])].sort(compareKinds);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return (
    <nav className={styles.kinds} aria-label="Kinds">
      <KindTab
        kind={ALL_KINDS}
        label="All"
        count={data ? total : undefined}
        on={kind === ALL_KINDS}
        search={search}
      />
      {kinds.map((each) => (
        <KindTab
          key={each}
          kind={each}
          label={kindLook(each).plural}
          count={counts.get(each)}
          on={each === kind}
          search={search}
        />
      ))}
    </nav>
  );
}

function KindTab({
  kind,
  label,
  count,
  on,
  search,
}: {
  kind: string;
  label: string;
  count: number | undefined;
  on: boolean;
  search: CatalogSearch;
}) {
  return (
    <Link
      to="/catalog"
      search={{ kind: kind === DEFAULT_KIND ? undefined : kind, scope: search.scope, q: search.q }}
      className={`${styles.kind} ${on ? styles.kindOn : ''}`}
      aria-current={on ? 'page' : undefined}
    >
      {kind === ALL_KINDS ? null : <KindIcon kind={kind} />}
      {label}
      {count === undefined ? null : <span className={styles.count}>{count.toLocaleString('en')}</span>}
    </Link>
  );
}
