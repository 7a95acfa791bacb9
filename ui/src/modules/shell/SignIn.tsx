// The page before everything else: who comes in, and why it did not work if it did not.

import { ApiError } from '@/api/error';
import type { Session } from '@/api/session';
import { signInAsGuest } from '@/api/session';
import { config } from '@/app/config';
import { useTitle } from '@/app/useTitle';
import { Button } from '@/components/Button';
import { ErrorNotice } from '@/components/Notice';
import styles from './SignIn.module.css';

function explained(session: Extract<Session, { state: 'failed' }>): ApiError {
  const hint =
    session.status === 403 || session.status === 404
      ? '\nGuest sign-in is not offered by this server. Its operator can allow it under auth.providers.guest.'
      : '';
  return new ApiError(session.status, 'Error', session.message + hint, session.requestId);
}

export function SignIn({ session }: { session: Session }) {
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
        <Button
          weight="primary"
          onClick={() => void signInAsGuest()}
          disabled={session.state === 'signing-in'}
        >
          {session.state === 'signing-in' ? 'Signing in' : 'Enter as guest'}
        </Button>
        {session.state === 'failed' ? (
          <div className={styles.error}>
            <ErrorNotice title="Signing in did not work" error={explained(session)} />
          </div>
        ) : null}
      </div>
    </main>
  );
}
