// Who one is here: the user of the catalog, what one owns through which groups, and what the token says.

import { useQuery } from '@tanstack/react-query';
import { entityCard } from '@/api/queries/entityCards';
import { claimsOf, currentToken } from '@/api/session';
import { useIdentity, useSession } from '@/api/useSession';
import { Card } from '@/components/Card';
import { Notice } from '@/components/Notice';
import { RelativeTime } from '@/components/RelativeTime';
import { EntityLink } from '@/modules/entity/EntityLink';
import { displayName, text } from '@/modules/entity/entity';
import { parseRef } from '@/modules/entity/ref';
import styles from './Settings.module.css';

export function Profile() {
  const session = useSession();
  const { userEntityRef, ownershipEntityRefs } = useIdentity();
  const ref = parseRef(userEntityRef);
  const { data } = useQuery({ ...entityCard(userEntityRef.toLowerCase()), enabled: ref !== undefined });
  const profile = (data?.spec as { profile?: { email?: unknown } } | undefined)?.profile;
  const groups = ownershipEntityRefs.filter((each) => each.toLowerCase() !== userEntityRef.toLowerCase());
  const given = session.state === 'signed-in' ? session.displayName : undefined;
  return (
    <>
      <Card title="You">
        <dl className={styles.facts}>
          <dt>Name</dt>
          <dd>{data ? displayName(data) : (given ?? userEntityRef)}</dd>
          <dt>In the catalog</dt>
          <dd>
            <EntityLink target={userEntityRef} />
          </dd>
          {text(profile?.email) ? (
            <>
              <dt>E-mail</dt>
              <dd>{text(profile?.email)}</dd>
            </>
          ) : null}
          <dt>Signed in with</dt>
          <dd>{session.state === 'signed-in' ? session.provider : ''}</dd>
        </dl>
        {data === null ? (
          <div className={styles.note}>
            <Notice level="warning" title="The catalog does not have you">
              You are signed in, but no user of the catalog has this name, so nothing can be owned through
              your groups. Ask whoever keeps the users of the catalog to add you.
            </Notice>
          </div>
        ) : null}
      </Card>
      <Card title="What counts as yours" count={ownershipEntityRefs.length}>
        <p className="quiet">
          Whatever one of these owns is yours: it stands on your home page, and conditions of roles go by it.
          It was worked out when you signed in; a new group counts after you sign in again.
        </p>
        <ul className={styles.refs} aria-label="What counts as yours">
          {[userEntityRef, ...groups].map((each) => (
            <li key={each}>
              <EntityLink target={each} />
            </li>
          ))}
        </ul>
        {groups.length === 0 ? <p>You are in no group.</p> : null}
      </Card>
      <TokenCard />
    </>
  );
}

function at(seconds: unknown): string | undefined {
  return typeof seconds === 'number' ? new Date(seconds * 1000).toISOString() : undefined;
}

function TokenCard() {
  const token = currentToken();
  const claims = token ? claimsOf(token) : undefined;
  if (!claims) return null;
  const [issued, ends] = [at(claims.iat), at(claims.exp)];
  const owned = Array.isArray(claims.ent) ? claims.ent.length : undefined;
  return (
    <Card title="What your token says">
      <dl className={styles.facts}>
        <dt>User</dt>
        <dd className="mono">{String(claims.sub ?? '')}</dd>
        <dt>Issued by</dt>
        <dd className="mono">{String(claims.iss ?? '')}</dd>
        <dt>Ownership in it</dt>
        <dd>
          {owned === undefined
            ? 'None: servers ask for it when they need it'
            : owned === 1
              ? '1 reference'
              : `${owned} references`}
        </dd>
        {issued ? (
          <>
            <dt>Issued</dt>
            <dd>
              <RelativeTime value={issued} />
            </dd>
          </>
        ) : null}
        {ends ? (
          <>
            <dt>Ends</dt>
            <dd>
              <RelativeTime value={ends} />
              <span className="quiet">, renewed before that by itself</span>
            </dd>
          </>
        ) : null}
      </dl>
    </Card>
  );
}
