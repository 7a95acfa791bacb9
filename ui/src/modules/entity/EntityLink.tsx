// A live reference to an entity: its title and icon, and a clear sign if there is no such entity. The card that shows
// on hover is drawn by HoverCards, once for the whole portal.

import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import type { MouseEvent } from 'react';
import { entityCard } from '@/api/queries/entityCards';
import { basePath } from '@/app/config';
import { MiddleText } from '@/components/MiddleText';
import styles from './EntityLink.module.css';
import { displayName } from './entity';
import { KindIcon } from './KindIcon';
import { type EntityRef, formatRef, parseRef, shortRef } from './ref';

/** The address of an entity's page. */
export function entityHref({ kind, namespace, name }: EntityRef): string {
  return `${basePath}/catalog/${[namespace, kind.toLowerCase(), name].map(encodeURIComponent).join('/')}`;
}

/** A click that stays in this tab; all others are the browser's. */
function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

type Props = {
  target: EntityRef | string;
  /** Shown in place of the title, for lists that have it already; then nothing is asked for until hover. */
  title?: string | undefined;
  /** With `title`: known not to be in the catalog. */
  missing?: boolean;
  icon?: boolean;
};

export function EntityLink({ target, title, missing = false, icon = true }: Props) {
  const ref = typeof target === 'string' ? parseRef(target) : target;
  if (!ref) {
    return (
      <span className={styles.dangling} title="This is not an entity reference.">
        {String(target)}
      </span>
    );
  }
  return title === undefined ? (
    <ResolvedLink entity={ref} icon={icon} />
  ) : (
    <PlainLink entity={ref} icon={icon} label={title} dangling={missing} />
  );
}

function ResolvedLink({ entity, icon }: { entity: EntityRef; icon: boolean }) {
  const { data } = useQuery(entityCard(formatRef(entity)));
  const label = data ? displayName(data) : shortRef(entity);
  return <PlainLink entity={entity} icon={icon} label={label} dangling={data === null} />;
}

function PlainLink({
  entity,
  icon,
  label,
  dangling,
}: {
  entity: EntityRef;
  icon: boolean;
  label: string;
  dangling: boolean;
}) {
  // A long list holds hundreds of these. The router's own link follows every change of the address; this one does not.
  const router = useRouter();
  const destination = {
    to: '/catalog/$namespace/$kind/$name/{-$tab}',
    params: { namespace: entity.namespace, kind: entity.kind.toLowerCase(), name: entity.name },
  } as const;
  return (
    <a
      href={entityHref(entity)}
      onClick={(event) => {
        if (!isPlainClick(event)) return;
        event.preventDefault();
        void router.navigate(destination);
      }}
      onPointerEnter={() => void router.preloadRoute(destination)}
      className={`${styles.link} ${dangling ? styles.dangling : ''}`}
      data-entity-ref={formatRef(entity)}
    >
      {icon ? <KindIcon kind={entity.kind} /> : null}
      <MiddleText text={label} />
      {dangling ? <span className="visually-hidden"> (not in the catalog)</span> : null}
    </a>
  );
}
