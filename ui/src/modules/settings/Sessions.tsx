// This browser, and the programs that act for the person: since when, used when, and a way to end each.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { messageOf } from '@/api/error';
import { type ClientSession, clientSessions, endClientSession } from '@/api/queries/clients';
import { signOut } from '@/api/session';
import { Button } from '@/components/Button';
import { Card } from '@/components/Card';
import { ErrorNotice } from '@/components/Notice';
import { RelativeTime } from '@/components/RelativeTime';
import { Skeleton } from '@/components/Skeleton';
import { toast } from '@/components/toasts';
import styles from './Settings.module.css';

const QUERY = clientSessions();

export function Sessions() {
  const client = useQueryClient();
  const { data, error, isPending, refetch } = useQuery(QUERY);
  const end = useMutation({
    mutationFn: async (ids: string[]) => {
      for (const id of ids) await endClientSession(id);
    },
    onMutate: async (ids) => {
      await client.cancelQueries({ queryKey: QUERY.queryKey });
      const before = client.getQueryData(QUERY.queryKey);
      client.setQueryData(QUERY.queryKey, (list) => list?.filter(({ id }) => !ids.includes(id)) ?? null);
      return before;
    },
    onError: (reason, _ids, before) => {
      client.setQueryData(QUERY.queryKey, before);
      toast.error('It was not ended', messageOf(reason));
    },
    onSettled: () => client.invalidateQueries({ queryKey: QUERY.queryKey }),
  });
  return (
    <div className={styles.stack}>
      <Card title="This browser">
        <div className={styles.line}>
          <p>
            All tabs of this browser share one session. Its token is kept in memory only, never in storage.
          </p>
          <Button onClick={() => void signOut()}>Sign out</Button>
        </div>
      </Card>
      {error ? (
        <ErrorNotice
          title="The programs that act for you could not be read"
          error={error}
          onRetry={() => void refetch()}
        />
      ) : isPending ? (
        <Skeleton height={120} />
      ) : data === null ? null : (
        <Card
          title="Programs that act for you"
          count={data.length}
          flush
          actions={
            data.length > 1 ? (
              <Button small weight="danger" onClick={() => end.mutate(data.map(({ id }) => id))}>
                End all
              </Button>
            ) : null
          }
        >
          {data.length === 0 ? (
            <p className={styles.none}>
              None. Command lines and agents that you let act for you are listed here, and can be ended here.
            </p>
          ) : (
            <ul className={styles.rows}>
              {data.map((session) => (
                <Row key={session.id} session={session} onEnd={() => end.mutate([session.id])} />
              ))}
            </ul>
          )}
        </Card>
      )}
    </div>
  );
}

function Row({ session, onEnd }: { session: ClientSession; onEnd: () => void }) {
  const name = session.clientName || session.clientId;
  return (
    <li>
      <div className={styles.rowMain}>
        <strong>{name}</strong>
        <span className="quiet">
          {'Since '}
          <RelativeTime value={session.createdAt} />
          {session.lastUsedAt ? (
            <>
              {', used '}
              <RelativeTime value={session.lastUsedAt} />
            </>
          ) : null}
          {session.expiresAt ? (
            <>
              {', ends '}
              <RelativeTime value={session.expiresAt} />
            </>
          ) : null}
        </span>
        {name === session.clientId ? null : <span className="mono quiet">{session.clientId}</span>}
      </div>
      <Button small weight="danger" onClick={onEnd} aria-label={`End the session of ${name}`}>
        End
      </Button>
    </li>
  );
}
