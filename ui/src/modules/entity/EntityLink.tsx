// A live reference to an entity: its title and icon, a card on hover, and a clear sign if there is no such entity.

import { HoverCard } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { entityCard } from '@/api/queries/entityCards';
import { MiddleText } from '@/components/MiddleText';
import styles from './EntityLink.module.css';
import { displayName, metaText, ownerOf, specText } from './entity';
import { KindIcon } from './KindIcon';
import { kindLook } from './kinds';
import { type EntityRef, formatRef, parseRef, shortRef } from './ref';

type Props = {
  target: EntityRef | string;
  /** Shown in place of the title, for lists that have it already; then nothing is asked for until hover. */
  title?: string | undefined;
  icon?: boolean;
};

export function EntityLink({ target, title, icon = true }: Props) {
  const ref = typeof target === 'string' ? parseRef(target) : target;
  if (!ref) {
    return (
      <span className={styles.dangling} title="This is not an entity reference.">
        {String(target)}
      </span>
    );
  }
  return <ResolvedLink entity={ref} title={title} icon={icon} />;
}

function ResolvedLink({
  entity,
  title,
  icon,
}: {
  entity: EntityRef;
  title: string | undefined;
  icon: boolean;
}) {
  const ref = formatRef(entity);
  const { data } = useQuery({ ...entityCard(ref), enabled: title === undefined });
  const dangling = data === null;
  const label = title ?? (data ? displayName(data) : shortRef(entity));
  return (
    <HoverCard position="bottom-start" withinPortal role="tooltip">
      <HoverCard.Target>
        <Link
          to="/catalog/$namespace/$kind/$name/{-$tab}"
          params={{ namespace: entity.namespace, kind: entity.kind.toLowerCase(), name: entity.name }}
          className={`${styles.link} ${dangling ? styles.dangling : ''}`}
          data-entity-ref={ref}
        >
          {icon ? <KindIcon kind={entity.kind} /> : null}
          <MiddleText text={label} />
          {dangling ? <span className="visually-hidden"> (not in the catalog)</span> : null}
        </Link>
      </HoverCard.Target>
      <HoverCard.Dropdown>
        <EntityCard entity={entity} />
      </HoverCard.Dropdown>
    </HoverCard>
  );
}

/** What the hover card shows; mounted only while it is open. */
function EntityCard({ entity }: { entity: EntityRef }) {
  const ref = formatRef(entity);
  const { data, isPending, isError } = useQuery(entityCard(ref));
  const owner = data ? ownerOf(data) : undefined;
  return (
    <div className={styles.card}>
      <div className={styles.cardHead}>
        <KindIcon kind={entity.kind} />
        <MiddleText text={data ? displayName(data) : shortRef(entity)} />
      </div>
      <div className={styles.cardRef}>{ref}</div>
      {isPending ? <div className={styles.cardText}>Loading</div> : null}
      {isError ? <div className={styles.cardText}>Its details could not be read.</div> : null}
      {data === null ? (
        <div className={styles.cardText}>
          No such {kindLook(entity.kind).label.toLowerCase()} in the catalog. Nothing that is registered
          defines it, or you may not see it.
        </div>
      ) : null}
      {data ? (
        <>
          {metaText(data, 'description') ? (
            <div className={styles.cardText}>{metaText(data, 'description')}</div>
          ) : null}
          <dl className={styles.facts}>
            {specText(data, 'type') ? (
              <>
                <dt>Type</dt>
                <dd>{specText(data, 'type')}</dd>
              </>
            ) : null}
            {owner ? (
              <>
                <dt>Owner</dt>
                <dd>{shortRef(owner)}</dd>
              </>
            ) : null}
            {specText(data, 'lifecycle') ? (
              <>
                <dt>Lifecycle</dt>
                <dd>{specText(data, 'lifecycle')}</dd>
              </>
            ) : null}
          </dl>
        </>
      ) : null}
    </div>
  );
}
