// One card for all references of the portal: shows the facts of the entity whose link is hovered or focused. Links carry
// `data-entity-ref` and need nothing else, so that a page with hundreds of them costs nothing.

import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useState } from 'react';
import { entityCard } from '@/api/queries/entityCards';
import { MiddleText } from '@/components/MiddleText';
import { displayName, metaText, ownerOf, specText } from './entity';
import styles from './HoverCards.module.css';
import { KindIcon } from './KindIcon';
import { kindLook } from './kinds';
import { type EntityRef, parseRef, shortRef } from './ref';

const DELAY_MS = 350;
const LEAVE_MS = 80;
const WIDTH = 340;
const HEIGHT = 180;
const GAP = 6;

type Shown = { ref: string; link: HTMLElement };

/** Below the link, or above it where there is no room below. */
function placeBeside(link: HTMLElement): { left: number; top?: number; bottom?: number } {
  const box = link.getBoundingClientRect();
  const left = Math.max(8, Math.min(box.left, window.innerWidth - WIDTH - 8));
  return box.bottom + HEIGHT < window.innerHeight
    ? { left, top: box.bottom + GAP }
    : { left, bottom: window.innerHeight - box.top + GAP };
}

export function HoverCards() {
  const [shown, setShown] = useState<Shown>();
  const id = useId();

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const linkOf = (event: Event) =>
      event.target instanceof Element ? event.target.closest<HTMLElement>('[data-entity-ref]') : null;
    const later = (delay: number, next: Shown | undefined) => {
      clearTimeout(timer);
      timer = setTimeout(() => setShown(next), delay);
    };
    const enter = (event: Event) => {
      const link = linkOf(event);
      if (event.target instanceof Element && event.target.closest('[data-hover-card]')) {
        clearTimeout(timer);
        return;
      }
      const ref = link?.dataset.entityRef;
      later(link ? DELAY_MS : LEAVE_MS, link && ref ? { ref, link } : undefined);
    };
    const leave = () => later(LEAVE_MS, undefined);
    const close = () => later(0, undefined);
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') close();
    };
    document.addEventListener('pointerover', enter);
    document.addEventListener('focusin', enter);
    document.addEventListener('focusout', leave);
    document.addEventListener('click', close);
    document.addEventListener('scroll', close, true);
    document.addEventListener('keydown', onKey);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('pointerover', enter);
      document.removeEventListener('focusin', enter);
      document.removeEventListener('focusout', leave);
      document.removeEventListener('click', close);
      document.removeEventListener('scroll', close, true);
      document.removeEventListener('keydown', onKey);
    };
  }, []);

  useEffect(() => {
    shown?.link.setAttribute('aria-describedby', id);
    return () => shown?.link.removeAttribute('aria-describedby');
  }, [shown, id]);

  const entity = shown ? parseRef(shown.ref) : undefined;
  if (!shown || !entity || !shown.link.isConnected) return null;
  return (
    <div id={id} role="tooltip" data-hover-card className={styles.card} style={placeBeside(shown.link)}>
      <CardBody entity={entity} entityRef={shown.ref} />
    </div>
  );
}

function CardBody({ entity, entityRef }: { entity: EntityRef; entityRef: string }) {
  const { data, isPending, isError } = useQuery(entityCard(entityRef));
  const owner = data ? ownerOf(data) : undefined;
  return (
    <>
      <div className={styles.cardHead}>
        <KindIcon kind={entity.kind} />
        <MiddleText text={data ? displayName(data) : shortRef(entity)} />
      </div>
      <div className={styles.cardRef}>{entityRef}</div>
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
    </>
  );
}
