// The events as a long list of which only what is in sight is drawn; older ones are read as one scrolls.

import { useMediaQuery } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { AuditEvent } from '@/api/queries/audit';
import { useShortcut } from '@/app/shortcuts';
import { RelativeTime } from '@/components/RelativeTime';
import { Skeleton } from '@/components/Skeleton';
import styles from './Audit.module.css';

const ROW = 36;
const NARROW_ROW = 60;

type Props = {
  events: AuditEvent[];
  /** The newest ones, that came in while looking. */
  fresh: ReadonlySet<number>;
  open: number | undefined;
  more: boolean;
  loading: boolean;
  onMore: () => void;
  onOpen: (id: number) => void;
};

export function AuditList({ events, fresh, open, more, loading, onMore, onOpen }: Props) {
  const scroller = useRef<HTMLElement>(null);
  const narrow = useMediaQuery('(max-width: 640px)', undefined, { getInitialValueInEffect: false }) ?? false;
  const length = events.length + (more ? 1 : 0);
  const virtual = useVirtualizer({
    count: length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (narrow ? NARROW_ROW : ROW),
    overscan: 12,
    getItemKey: (index) => events[index]?.id ?? 'more',
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && !loading && last >= events.length) onMore();
  }, [more, loading, last, events.length, onMore]);

  const step = (by: number) => {
    const current = document.activeElement?.closest<HTMLElement>('[data-index]');
    const index = current ? Number(current.dataset.index) + by : 0;
    if (index < 0 || index >= events.length) return;
    virtual.scrollToIndex(index);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus(),
    );
  };
  useShortcut('Audit', 'j', 'Next event', () => step(1));
  useShortcut('Audit', 'k', 'Previous event', () => step(-1));

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section ref={scroller} className={styles.scroller} tabIndex={0} aria-label="Events, scrolling list">
      <ul style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {shown.map((item) => {
          const event = events[item.index];
          return (
            <li
              key={item.key}
              className={styles.item}
              style={{ transform: `translateY(${item.start}px)`, height: item.size }}
            >
              {event ? (
                <button
                  type="button"
                  data-index={item.index}
                  aria-current={event.id === open ? 'true' : undefined}
                  className={`${styles.row} ${fresh.has(event.id) ? styles.fresh : ''} ${event.id === open ? styles.on : ''}`}
                  onClick={() => onOpen(event.id)}
                >
                  <EventCells event={event} />
                </button>
              ) : (
                <span className={styles.row}>
                  <Skeleton width="50%" />
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function EventCells({ event }: { event: AuditEvent }) {
  return (
    <>
      <span className={`${styles.when} tabular`}>
        <RelativeTime value={event.timestamp} />
      </span>
      <span className={styles.what}>
        <strong className="ellipsis" title={`${event.plugin} ${event.eventId}`}>
          {event.eventId}
        </strong>
        <span className="quiet">{event.plugin}</span>
      </span>
      <span className={`${styles.who} ellipsis`} title={event.actor?.actorId ?? 'Nobody'}>
        {event.actor?.actorId ?? 'Nobody'}
      </span>
      <span className={`${styles.address} ellipsis quiet`}>
        {event.request ? `${event.request.method} ${event.request.url}` : ''}
      </span>
      <span className={styles.marks}>
        {event.severityLevel === 'high' || event.severityLevel === 'critical' ? (
          <span className={`${styles.mark} ${styles.severe}`}>{event.severityLevel}</span>
        ) : null}
        <span className={`${styles.mark} ${styles[event.status]}`}>{event.status}</span>
      </span>
    </>
  );
}
