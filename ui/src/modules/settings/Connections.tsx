// The providers that the person is, or could be, connected with.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { messageOf } from '@/api/error';
import { signInOptions } from '@/api/queries/signInOptions';
import { fetchLogout, fetchRefresh, type Provider } from '@/api/signInCalls';
import { useSession } from '@/api/useSession';
import { config } from '@/app/config';
import { Button } from '@/components/Button';
import { Card } from '@/components/Card';
import { Empty, ErrorNotice } from '@/components/Notice';
import { Skeleton } from '@/components/Skeleton';
import { toast } from '@/components/toasts';
import { askInPopup, leaveForProvider, PopupError } from '@/modules/sign-in/oauth';
import styles from './Settings.module.css';

const WITHOUT_COOKIE = ['guest', 'awsalb', 'azureEasyAuth', 'cfaccess', 'gcpIap', 'oauth2Proxy'];

/** Providers that one can connect with: those to sign in with, and those that are there for their tokens only. */
function providersOf(offered: Provider[]): Provider[] {
  const known = offered.filter(({ kind }) => kind === 'oauth');
  const others = Object.keys(config.auth?.providers ?? {})
    .filter((id) => !WITHOUT_COOKIE.includes(id) && !offered.some((each) => each.id === id))
    .map((id): Provider => ({ id, title: id, kind: 'oauth' }));
  return [...known, ...others];
}

export function Connections() {
  const { data, error, isPending, refetch } = useQuery(signInOptions());
  if (error) {
    return (
      <ErrorNotice title="The providers could not be read" error={error} onRetry={() => void refetch()} />
    );
  }
  if (isPending) return <Skeleton height={120} />;
  const providers = providersOf(data.providers);
  if (providers.length === 0) {
    return (
      <Empty title="No provider to connect with">
        This server has none that keeps a session of yours. Its operator sets them under auth.providers.
      </Empty>
    );
  }
  return (
    <Card title="Providers" count={providers.length} flush>
      <ul className={styles.rows}>
        {providers.map((provider) => (
          <Row key={provider.id} provider={provider} />
        ))}
      </ul>
    </Card>
  );
}

const connection = (id: string) => ({
  queryKey: ['auth', 'connection', id],
  // No cookie of the provider is no failure but the answer "not connected".
  queryFn: () => fetchRefresh(id).catch(() => null),
  staleTime: 60_000,
});

function Row({ provider }: { provider: Provider }) {
  const client = useQueryClient();
  const session = useSession();
  const { data, isPending } = useQuery(connection(provider.id));
  const current = session.state === 'signed-in' && session.provider === provider.id;
  const again = () => client.invalidateQueries({ queryKey: ['auth', 'connection', provider.id] });
  const connect = useMutation({
    mutationFn: async () => {
      if (config.enableExperimentalRedirectFlow) leaveForProvider(provider.id);
      else await askInPopup(provider.id);
    },
    onSuccess: again,
    onError: (reason) => {
      const blocked = reason instanceof PopupError && reason.trouble === 'blocked';
      toast.error(
        `Not connected with ${provider.title}`,
        blocked
          ? 'The browser blocked the window. Allow windows of this site and try again.'
          : messageOf(reason),
      );
    },
  });
  const disconnect = useMutation({
    mutationFn: () => fetchLogout(provider.id),
    onSuccess: again,
    onError: (reason) => toast.error(`Still connected with ${provider.title}`, messageOf(reason)),
  });
  const scopes = data?.providerInfo?.scope?.split(/\s+/).filter(Boolean) ?? [];
  return (
    <li>
      <div className={styles.rowMain}>
        <strong>{provider.title}</strong>
        {isPending ? (
          <Skeleton width={160} />
        ) : data ? (
          <>
            <span className="quiet">
              {[data.profile?.displayName, data.profile?.email].filter(Boolean).join(' · ') || 'Connected'}
              {current ? ' · this session' : ''}
            </span>
            {scopes.length > 0 ? <span className="mono quiet">{scopes.join(' ')}</span> : null}
          </>
        ) : (
          <span className="quiet">Not connected</span>
        )}
      </div>
      {data ? (
        <Button
          small
          onClick={() => disconnect.mutate()}
          disabled={current || disconnect.isPending}
          title={current ? 'You are signed in with it. Sign out to disconnect.' : undefined}
          aria-label={`Disconnect ${provider.title}`}
        >
          Disconnect
        </Button>
      ) : (
        <Button
          small
          onClick={() => connect.mutate()}
          disabled={isPending || connect.isPending}
          aria-label={`Connect ${provider.title}`}
        >
          Connect
        </Button>
      )}
    </li>
  );
}
