// What stands over a page when its session is in trouble: the page itself stays as it is.

import type { Session } from '@/api/session';
import { renew, signOut } from '@/api/session';
import { Button } from '@/components/Button';
import Dialog from '@/components/Dialog';
import { Notice } from '@/components/Notice';
import styles from './SignIn.module.css';
import { SignInWays } from './SignInWays';

type Trouble = NonNullable<Extract<Session, { state: 'signed-in' }>['trouble']>;

export default function SessionTrouble({ trouble }: { trouble: Trouble }) {
  if (trouble.kind === 'away') {
    return (
      <div className={styles.banner}>
        <Notice
          level="warning"
          title="The server cannot be reached"
          actions={
            <Button small onClick={() => void renew().catch(() => undefined)}>
              Try now
            </Button>
          }
        >
          What you see may be old. It is tried again every few seconds.
        </Notice>
      </div>
    );
  }
  return (
    <Dialog title="Sign in again" onClose={() => void signOut()} size={420}>
      <div className={styles.again}>
        <p>Your session has ended. Sign in to go on where you are; closing this signs you out.</p>
        <SignInWays failure={trouble.status === 401 ? undefined : trouble} />
      </div>
    </Dialog>
  );
}
