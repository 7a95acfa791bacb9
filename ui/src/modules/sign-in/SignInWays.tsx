// The ways to sign in that this server offers, and what went wrong with the last try.

import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { signInOptions } from '@/api/queries/signInOptions';
import { adopt, type Failure, failureOf } from '@/api/session';
import { fetchRefresh, type Provider } from '@/api/signInCalls';
import { config } from '@/app/config';
import { Button } from '@/components/Button';
import { CopyButton } from '@/components/CopyButton';
import { Empty, ErrorNotice, Notice } from '@/components/Notice';
import { Skeleton } from '@/components/Skeleton';
import { explained } from './explained';
import { leaveForProvider, PopupError, signInByPopup } from './oauth';
import styles from './SignIn.module.css';

type Trial = { failure: Failure; trouble?: string | undefined };

async function signIn(provider: Provider): Promise<void> {
  if (provider.kind !== 'oauth') adopt(provider.id, await fetchRefresh(provider.id));
  else if (config.enableExperimentalRedirectFlow) leaveForProvider(provider.id);
  else await signInByPopup(provider.id);
}

function wordsOn(provider: Provider): string {
  return provider.kind === 'guest' ? 'Enter as guest' : `Sign in with ${provider.title}`;
}

export function SignInWays({ failure }: { failure: Failure | undefined }) {
  const { data, error, isPending, refetch } = useQuery(signInOptions());
  const [busy, setBusy] = useState<string>();
  const [trial, setTrial] = useState<Trial>();
  const start = async (provider: Provider) => {
    setBusy(provider.id);
    setTrial(undefined);
    try {
      await signIn(provider);
    } catch (reason) {
      const trouble = reason instanceof PopupError ? reason.trouble : undefined;
      setTrial({ failure: failureOf(reason, provider.id), trouble });
    } finally {
      setBusy(undefined);
    }
  };
  if (error) {
    return (
      <ErrorNotice
        title="The ways to sign in could not be read"
        error={error}
        onRetry={() => void refetch()}
      />
    );
  }
  if (isPending) return <Skeleton height={36} />;
  // Whoever has an account should not come in as a guest because that button was the first.
  const ways = [
    ...data.providers.filter(({ kind }) => kind !== 'guest'),
    ...data.providers.filter(({ kind }) => kind === 'guest'),
  ];
  const last = busy ? undefined : (trial ?? (failure ? { failure } : undefined));
  const failed = data.providers.find((each) => each.id === last?.failure.provider);
  return (
    <>
      <ul className={styles.ways}>
        {ways.map((provider, index) => (
          <li key={provider.id}>
            <Button
              weight={index === 0 ? 'primary' : 'default'}
              onClick={() => void start(provider)}
              disabled={busy !== undefined}
              className={styles.way}
            >
              {busy === provider.id ? 'Signing in' : wordsOn(provider)}
            </Button>
          </li>
        ))}
      </ul>
      {data.providers.length === 0 ? (
        <Empty title="Nobody can sign in yet">
          No provider is set up. Whoever runs the portal adds one under auth.providers.
        </Empty>
      ) : null}
      {busy && data.providers.find((each) => each.id === busy)?.kind === 'oauth' ? (
        <p className={styles.waiting} role="status">
          Go on in the window that has opened.
        </p>
      ) : null}
      {last ? (
        <Trouble trial={last}>
          {last.trouble === 'blocked' && failed ? (
            <Button small onClick={() => leaveForProvider(failed.id)}>
              Sign in without a window
            </Button>
          ) : null}
        </Trouble>
      ) : null}
    </>
  );
}

function Trouble({ trial, children }: { trial: Trial; children: ReactNode }) {
  const { failure, trouble } = trial;
  const { title, advice } = explained(failure, trouble);
  // That a session has ended is expected after a while; the server's sentence about it helps nobody.
  const plain = failure.status === 401 && title === 'Your session has ended';
  return (
    <div className={styles.error}>
      <Notice
        level={plain ? 'info' : 'error'}
        title={title}
        actions={
          <>
            {children}
            {failure.requestId && !plain ? (
              <CopyButton value={failure.requestId} label={`Copy request id ${failure.requestId}`} />
            ) : null}
          </>
        }
      >
        {advice}
        {plain || trouble === 'closed' || trouble === 'blocked' ? null : (
          <details className={styles.reason}>
            <summary>What the server said</summary>
            {failure.message}
          </details>
        )}
      </Notice>
    </div>
  );
}
