// A program asks to act for somebody: who asks, for what, where the answer goes, and two clear buttons.

import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { isStatus } from '@/api/error';
import { answerClient, type ClientRequest, clientRequest } from '@/api/queries/clients';
import { signOut } from '@/api/session';
import { useIdentity } from '@/api/useSession';
import { config } from '@/app/config';
import { useTitle } from '@/app/useTitle';
import { Button, buttonClass } from '@/components/Button';
import { Empty, ErrorNotice, Notice } from '@/components/Notice';
import { Skeleton } from '@/components/Skeleton';
import styles from '@/modules/consent/Consent.module.css';
import { destinationOf, leaveTo, scopesOf } from '@/modules/consent/redirect';
import { usePersonName } from '@/modules/entity/usePersonName';

const route = getRouteApi('/oauth2/authorize/$sessionId');

export function ConsentPage() {
  const { sessionId } = route.useParams();
  const { data, error, refetch } = useQuery(clientRequest(sessionId));
  useTitle('Allow a program');
  return (
    <div className={styles.page}>
      <div className={styles.card}>
        {isStatus(error, 404) || isStatus(error, 400) ? (
          <Empty
            heading="h1"
            title="This request is over"
            actions={
              <Link to="/home" className={buttonClass('default')}>
                Go to the portal
              </Link>
            }
          >
            It was answered already, or it is older than an hour. Start again in the program that sent you
            here.
          </Empty>
        ) : error ? (
          <>
            <h1>Allow a program</h1>
            <ErrorNotice title="The request could not be read" error={error} onRetry={() => void refetch()} />
          </>
        ) : data ? (
          <Request request={data} />
        ) : (
          <div aria-busy="true">
            <h1 className="visually-hidden">Allow a program</h1>
            <Skeleton height={200} />
          </div>
        )}
      </div>
    </div>
  );
}

function Request({ request }: { request: ClientRequest }) {
  const { userEntityRef } = useIdentity();
  const person = usePersonName();
  const name = request.clientName || request.clientId;
  const destination = destinationOf(request.redirectUri);
  const answer = useMutation({
    mutationFn: async (word: 'approve' | 'reject') => leaveTo(await answerClient(request.id, word)),
  });
  const waiting = answer.isPending || answer.isSuccess;
  return (
    <>
      <h1>{`Let ${name} act for you?`}</h1>
      <p className={styles.lead}>
        {`It would do so in ${config.app.title} as `}
        <strong>{person}</strong>
        <span className="quiet">{` (${userEntityRef})`}</span>.
      </p>
      <h2>It may then</h2>
      <ul className={styles.scopes}>
        {scopesOf(request.scope).map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      <dl className={styles.facts}>
        <dt>Asked by</dt>
        <dd className="mono">{request.clientId}</dd>
        <dt>Answer goes to</dt>
        <dd>
          {destination?.text ?? 'an address that cannot be read'}
          <div className="mono quiet">{request.redirectUri}</div>
        </dd>
      </dl>
      <Notice level="warning" title="Only if you started this yourself">
        {destination?.kind === 'website'
          ? `Names can be made up. Check that you know ${destination.text}, because it gets the access.`
          : 'Names can be made up. Allow it only if you have just started that program and it sent you here.'}
      </Notice>
      {answer.error ? <ErrorNotice title="Your answer did not arrive" error={answer.error} /> : null}
      <div className={styles.actions}>
        <Button onClick={() => answer.mutate('reject')} disabled={waiting || !destination}>
          Do not allow
        </Button>
        <Button weight="primary" onClick={() => answer.mutate('approve')} disabled={waiting || !destination}>
          {waiting ? 'Going back' : 'Allow'}
        </Button>
      </div>
      <p className={styles.other}>
        {'Not you? '}
        <button type="button" className={styles.link} onClick={() => void signOut()}>
          Sign in as somebody else
        </button>
      </p>
    </>
  );
}
