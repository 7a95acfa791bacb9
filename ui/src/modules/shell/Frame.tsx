// What stands round a page: the whole portal, or nothing where a page is one question that should get all the attention.

import { Outlet, useMatchRoute } from '@tanstack/react-router';
import { Shell } from './Shell';
import styles from './Shell.module.css';

export function Frame() {
  const match = useMatchRoute();
  if (!match({ to: '/oauth2/authorize/$sessionId' })) return <Shell />;
  return (
    <main id="main" className={styles.alone} tabIndex={-1}>
      <Outlet />
    </main>
  );
}
