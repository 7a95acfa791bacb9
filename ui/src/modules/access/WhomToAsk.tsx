// Whom to ask for what one may not do: the owner of the thing, and the people who decide over access.

import { useQuery } from '@tanstack/react-query';
import { whomToAsk } from '@/api/queries/rbac';
import { config } from '@/app/config';
import { SafeLink } from '@/components/SafeLink';
import { EntityLink } from '@/modules/entity/EntityLink';
import { type EntityRef, formatRef, parseRef } from '@/modules/entity/ref';
import styles from './Access.module.css';

const SHOWN = 6;

export function WhomToAsk({ owner }: { owner?: EntityRef | undefined }) {
  const { data } = useQuery(whomToAsk());
  const refs = [...new Set([...(owner ? [formatRef(owner)] : []), ...(data ?? [])])];
  const support = config.app.support?.url;
  return (
    <div className={styles.ask}>
      {refs.length > 0 ? (
        <>
          <span>Ask</span>
          <ul className={styles.refs} aria-label="Whom to ask">
            {refs.slice(0, SHOWN).map((ref) => (
              <li key={ref}>
                {/* Whoever may not see the catalog still gets a name to ask. */}
                {parseRef(ref) ? <EntityLink target={ref} /> : ref}
              </li>
            ))}
            {refs.length > SHOWN ? <li>{`or ${refs.length - SHOWN} more`}</li> : null}
          </ul>
        </>
      ) : (
        <span>Ask whoever runs this portal.</span>
      )}
      {support ? <SafeLink address={support}>Get support</SafeLink> : null}
    </div>
  );
}
