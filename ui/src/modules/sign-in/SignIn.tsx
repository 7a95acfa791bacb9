// The page before everything else: who comes in, and why it did not work if it did not.

import type { Failure } from '@/api/session';
import { config } from '@/app/config';
import { useTitle } from '@/app/useTitle';
import styles from './SignIn.module.css';
import { SignInWays } from './SignInWays';

export default function SignIn({ failure }: { failure: Failure | undefined }) {
  useTitle('Sign in');
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <svg viewBox="0 0 32 32" className={styles.mark} aria-hidden="true">
          <rect width="32" height="32" rx="7" fill="var(--accent)" />
          <path d="M8 9h16v3H8zm0 6h11v3H8zm0 6h14v3H8z" fill="var(--accent-text)" />
        </svg>
        <h1>{config.app.title}</h1>
        <p>
          {config.organization.name
            ? `The developer portal of ${config.organization.name}.`
            : 'The developer portal.'}
        </p>
        <SignInWays failure={failure} />
      </div>
    </main>
  );
}
