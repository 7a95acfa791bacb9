// Who may do what: roles, what somebody may do, and why somebody can or cannot do one thing.

import { getRouteApi, Link } from '@tanstack/react-router';
import { useTitle } from '@/app/useTitle';
import { RbacGate } from '@/modules/access/RbacGate';
import { RolesList } from '@/modules/rbac/RolesList';
import { ViewAs } from '@/modules/rbac/ViewAs';
import { Why } from '@/modules/rbac/Why';
import styles from './Page.module.css';

const route = getRouteApi('/rbac');

const TABS = [
  { id: undefined, label: 'Roles' },
  { id: 'as', label: 'View as' },
  { id: 'why', label: 'Why can or cannot' },
] as const;

export function RbacPage() {
  const { tab, user } = route.useSearch();
  useTitle('Access');
  return (
    <RbacGate>
      <div className={styles.page}>
        <div className={styles.head}>
          <h1>Access</h1>
        </div>
        <nav className={styles.tabs} aria-label="Access">
          {TABS.map((each) => (
            <Link
              key={each.label}
              to="/rbac"
              // Whoever looks at somebody goes on looking at them.
              search={{ tab: each.id, user: each.id ? user : undefined }}
              className={`${styles.tab} ${each.id === tab ? styles.tabOn : ''}`}
              aria-current={each.id === tab ? 'page' : undefined}
            >
              {each.label}
            </Link>
          ))}
        </nav>
        {tab === 'as' ? <ViewAs /> : tab === 'why' ? <Why /> : <RolesList />}
      </div>
    </RbacGate>
  );
}
