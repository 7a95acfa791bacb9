// What is about the person: who they are here, how it looks, which programs act for them, which providers know them.

import { getRouteApi, Link } from '@tanstack/react-router';
import { useTitle } from '@/app/useTitle';
import { Appearance } from '@/modules/settings/Appearance';
import { Connections } from '@/modules/settings/Connections';
import { Profile } from '@/modules/settings/Profile';
import { Sessions } from '@/modules/settings/Sessions';
import styles from './Page.module.css';

const route = getRouteApi('/settings/{-$tab}');

const TABS = [
  { id: undefined, label: 'Profile' },
  { id: 'sessions', label: 'Sessions' },
  { id: 'auth-providers', label: 'Providers' },
] as const;

export function SettingsPage() {
  const { tab } = route.useParams();
  const current = TABS.find((each) => each.id === tab) ?? TABS[0];
  useTitle(`${current.label} · Settings`);
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <h1>Settings</h1>
      </div>
      <nav className={styles.tabs} aria-label="Settings">
        {TABS.map((each) => (
          <Link
            key={each.label}
            to="/settings/{-$tab}"
            params={{ tab: each.id }}
            className={`${styles.tab} ${each === current ? styles.tabOn : ''}`}
            aria-current={each === current ? 'page' : undefined}
          >
            {each.label}
          </Link>
        ))}
      </nav>
      {current.id === 'sessions' ? (
        <Sessions />
      ) : current.id === 'auth-providers' ? (
        <Connections />
      ) : (
        <div className={styles.stack}>
          <Profile />
          <Appearance />
        </div>
      )}
    </div>
  );
}
