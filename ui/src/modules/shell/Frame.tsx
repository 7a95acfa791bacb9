// What stands round a page: the whole portal, or nothing where a page is one question that should get all the attention.

import { Outlet, useMatchRoute } from '@tanstack/react-router';
import { useEffect } from 'react';
import { expectPaint } from '@/app/firstPaint';
import { useBusy } from '@/app/useBusy';
import { Shell } from './Shell';
import styles from './Shell.module.css';

export function Frame() {
  const match = useMatchRoute();
  return match({ to: '/oauth2/authorize/$sessionId' }) ? <Alone /> : <Shell />;
}

function Alone() {
  useEffect(expectPaint, []);
  return (
    <main id="main" className={styles.alone} tabIndex={-1} aria-busy={useBusy()}>
      <Outlet />
    </main>
  );
}
