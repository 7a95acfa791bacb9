// All, owned or starred, each with its count; in the address like every filter.

import { Link } from '@tanstack/react-router';
import { type CatalogSearch, type Mine, SCOPES, type Scope } from './filters';
import styles from './ScopeSwitch.module.css';
import { useScopeCounts } from './useScopeCounts';

const LABELS: Record<Scope, string> = { all: 'All', owned: 'Owned', starred: 'Starred' };

export function ScopeSwitch({
  to,
  search,
  asked,
  mine,
  listed,
}: {
  to: '/catalog' | '/create';
  /** The address' own parameters, which stay. */
  search: { scope?: Scope | undefined };
  /** What is counted. */
  asked: CatalogSearch;
  mine: Mine;
  /** How many are listed now, if that is known. */
  listed: number | undefined;
}) {
  const counts = useScopeCounts(asked, mine, listed);
  const current = search.scope ?? 'all';
  return (
    <nav className={styles.scopes} aria-label="Whose">
      {SCOPES.map((scope) => (
        <Link
          key={scope}
          to={to}
          search={{ ...search, scope: scope === 'all' ? undefined : scope }}
          className={`${styles.scope} ${scope === current ? styles.scopeOn : ''}`}
          aria-current={scope === current ? 'true' : undefined}
        >
          {LABELS[scope]}
          {counts[scope] === undefined ? null : (
            <span className={styles.count}>{counts[scope].toLocaleString('en')}</span>
          )}
        </Link>
      ))}
    </nav>
  );
}
