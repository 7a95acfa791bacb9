// The filters of the audit log, with counts that say what choosing a value would leave.

import { useQuery } from '@tanstack/react-query';
import { type AuditFacets, auditFacets } from '@/api/queries/audit';
import styles from './Audit.module.css';
import { type AuditSearch, filterOf } from './auditSearch';

const FACETS: { id: keyof AuditFacets; label: string }[] = [
  { id: 'status', label: 'Status' },
  { id: 'severity', label: 'Severity' },
  { id: 'plugin', label: 'Plugin' },
  { id: 'eventId', label: 'Event' },
  { id: 'actor', label: 'Actor' },
];
const SHORT = 8;

type Props = { search: AuditSearch; onChange: (next: Partial<AuditSearch>) => void };

export function AuditFilters(props: Props) {
  return (
    <>
      {FACETS.map((facet) => (
        <Facet key={facet.id} {...facet} {...props} />
      ))}
      <Times {...props} />
    </>
  );
}

function Facet({ id, label, search, onChange }: Props & { id: keyof AuditFacets; label: string }) {
  // Without its own choice, so that the other values of it can be seen and chosen too.
  const { data } = useQuery(auditFacets(filterOf({ ...search, [id]: undefined })));
  const chosen = search[id] ?? [];
  const values = data?.[id] ?? [];
  const lost = chosen.filter((each) => !values.some(({ value }) => value === each));
  const shown = [
    ...lost.map((value) => ({ value, count: 0 })),
    ...values.filter(({ value }) => chosen.includes(value)),
    ...values.filter(({ value }) => !chosen.includes(value)),
  ].slice(0, Math.max(SHORT, chosen.length));
  if (shown.length === 0) return null;
  const toggle = (value: string) => {
    const next = chosen.includes(value) ? chosen.filter((each) => each !== value) : [...chosen, value];
    onChange({ [id]: next.length > 0 ? next : undefined });
  };
  return (
    <fieldset className={styles.facet}>
      <legend>{label}</legend>
      {shown.map(({ value, count }) => (
        <label key={value} className={styles.value}>
          <input type="checkbox" checked={chosen.includes(value)} onChange={() => toggle(value)} />
          <span className="ellipsis" title={value}>
            {value}
          </span>
          <span className={styles.count}>{count.toLocaleString('en')}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** What a date-and-time box shows for a moment: local time, to the minute. */
export function toLocalInput(value: string | undefined): string {
  if (!value) return '';
  const time = new Date(value);
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

export function fromLocalInput(value: string): string | undefined {
  const time = new Date(value);
  return value && !Number.isNaN(time.getTime()) ? time.toISOString() : undefined;
}

function Times({ search, onChange }: Props) {
  return (
    <fieldset className={styles.facet}>
      <legend>Time</legend>
      {(['from', 'to'] as const).map((edge) => (
        <label key={edge} className={styles.time}>
          <span>{edge === 'from' ? 'From' : 'Until'}</span>
          <input
            type="datetime-local"
            className={styles.input}
            value={toLocalInput(search[edge])}
            onChange={(event) => onChange({ [edge]: fromLocalInput(event.target.value) })}
          />
        </label>
      ))}
    </fieldset>
  );
}
