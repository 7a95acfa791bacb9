// In place of what one may not see: what it is, and whom to ask.

import { Link } from '@tanstack/react-router';
import { useIdentity } from '@/api/useSession';
import { buttonClass } from '@/components/Button';
import { Empty } from '@/components/Notice';
import type { EntityRef } from '@/modules/entity/ref';
import { WhomToAsk } from './WhomToAsk';

export function Forbidden({
  what,
  permission,
  owner,
  heading = 'h1',
}: {
  /** What one may not do, as it follows on "You may not": "see the audit log". */
  what: string;
  /** The permission's name, for whoever is asked. */
  permission?: string | undefined;
  owner?: EntityRef | undefined;
  heading?: 'h1' | 'h2';
}) {
  const { userEntityRef } = useIdentity();
  return (
    <Empty
      heading={heading}
      title={`You may not ${what}`}
      actions={
        <Link to="/home" className={buttonClass('default')}>
          Go home
        </Link>
      }
    >
      <p>
        You are signed in as <span className="mono">{userEntityRef}</span>
        {permission ? (
          <>
            {', which has no role with the permission '}
            <span className="mono">{permission}</span>
          </>
        ) : null}
        .
      </p>
      <WhomToAsk owner={owner} />
    </Empty>
  );
}
