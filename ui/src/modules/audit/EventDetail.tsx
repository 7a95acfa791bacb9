// One event with everything that was recorded about it, and the filters that lead to more like it.

import { IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { AuditEvent } from '@/api/queries/audit';
import { IconButton } from '@/components/Button';
import { CodeView } from '@/components/code/CodeView';
import { readTime } from '@/components/RelativeTime';
import { EntityLink } from '@/modules/entity/EntityLink';
import styles from './Audit.module.css';

export function EventDetail({ event, onClose }: { event: AuditEvent; onClose: () => void }) {
  const { actor, request } = event;
  const facts: [string, string | undefined][] = [
    ['Time', readTime(event.timestamp)?.toLocaleString('en', { dateStyle: 'medium', timeStyle: 'long' })],
    ['Plugin', event.plugin],
    ['Severity', event.severityLevel],
    ['Status', event.status],
    ['Address', actor?.ip],
    ['Host', actor?.hostname],
    ['Browser', actor?.userAgent],
    ['Request', request ? `${request.method} ${request.url}` : undefined],
    ['Event id', event.uuid],
  ];
  const actorId = actor?.actorId;
  return (
    <aside className={styles.detail} aria-label={`Event ${event.eventId}`}>
      <header className={styles.detailHead}>
        <h2 className="ellipsis">{event.eventId}</h2>
        <IconButton small label="Close the details" onClick={onClose}>
          <IconX size={16} aria-hidden />
        </IconButton>
      </header>
      <dl className={styles.facts}>
        <dt>Actor</dt>
        <dd>
          {actorId && /^(user|group):/.test(actorId) ? (
            <EntityLink target={actorId} />
          ) : (
            (actorId ?? 'Nobody')
          )}
        </dd>
        {facts.map(([label, value]) =>
          value ? (
            <div key={label} className={styles.fact}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
      {event.error ? <div className={styles.error}>{event.error}</div> : null}
      <p className={styles.like}>
        <Link to="/audit" search={{ actor: [actorId ?? 'anonymous'] }}>
          All of this actor
        </Link>
        <Link to="/audit" search={{ plugin: [event.plugin], eventId: [event.eventId] }}>
          All of this kind
        </Link>
      </p>
      <CodeView text={JSON.stringify(event, null, 2)} label="As recorded" />
    </aside>
  );
}
