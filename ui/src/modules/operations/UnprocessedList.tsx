// Entities that failed or wait: the reason with file and line, where they come from, and a way to try again.

import { IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { UnprocessedEntity } from '@/api/catalog';
import { messageOf } from '@/api/error';
import { refreshEntity } from '@/api/queries/entities';
import { forgetUnprocessed, unprocessed } from '@/api/queries/unprocessed';
import { Button } from '@/components/Button';
import { Card } from '@/components/Card';
import { Empty, ErrorNotice } from '@/components/Notice';
import { RelativeTime } from '@/components/RelativeTime';
import { SafeLink } from '@/components/SafeLink';
import { Skeleton } from '@/components/Skeleton';
import { toast } from '@/components/toasts';
import { annotation } from '@/modules/entity/entity';
import { KindIcon } from '@/modules/entity/KindIcon';
import { parseRef } from '@/modules/entity/ref';
import { locationHref, parseLocationRef, shortTarget } from '@/modules/entity-page/locationRef';
import styles from './Failed.module.css';
import { matchesText, reasonOf } from './reason';

const WORDS = {
  failed: {
    title: 'Failed',
    empty: 'Nothing has failed',
    why: 'Every entity that was found is in the catalog.',
  },
  pending: {
    title: 'Pending',
    empty: 'Nothing is waiting',
    why: 'Every entity that was found has been processed.',
  },
};

export function UnprocessedList({ type, text }: { type: 'failed' | 'pending'; text: string }) {
  const { data, error, isPending, refetch } = useQuery({ ...unprocessed(type), refetchInterval: 10_000 });
  if (error) {
    return <ErrorNotice title="The list could not be read" error={error} onRetry={() => void refetch()} />;
  }
  if (isPending) return <Skeleton height={120} />;
  const shown = data.filter((each) => matchesText(each, text));
  if (data.length === 0) return <Empty title={WORDS[type].empty}>{WORDS[type].why}</Empty>;
  if (shown.length === 0) return <Empty title={`None of ${data.length} holds "${text}"`} />;
  return (
    <Card title={WORDS[type].title} count={shown.length} flush>
      <ul>
        {shown.map((each) => (
          <Item key={each.entity_id} row={each} type={type} />
        ))}
      </ul>
    </Card>
  );
}

function Item({ row, type }: { row: UnprocessedEntity; type: 'failed' | 'pending' }) {
  const client = useQueryClient();
  const ref = parseRef(row.entity_ref);
  const done = () => void client.invalidateQueries({ queryKey: ['catalog', 'unprocessed'] });
  const failed = (title: string) => (error: unknown) => toast.error(title, messageOf(error));
  const retry = useMutation({
    mutationFn: () => refreshEntity(row.entity_ref),
    onSuccess: () => {
      toast.info('Trying again', `${row.entity_ref} is processed as soon as possible.`);
      done();
    },
    onError: failed('It could not be tried again'),
  });
  const forget = useMutation({
    mutationFn: () => forgetUnprocessed(row.entity_id),
    onSuccess: done,
    onError: failed('It could not be forgotten'),
  });
  const reason = reasonOf(row);
  const source = parseLocationRef(
    annotation(row.unprocessed_entity as never, 'backstage.io/managed-by-location') ??
      row.location_key ??
      undefined,
  );
  return (
    <li className={styles.item}>
      <div className={styles.head}>
        {ref ? <KindIcon kind={ref.kind} /> : null}
        <strong className="ellipsis" title={row.entity_ref}>
          {row.entity_ref}
        </strong>
        <div className={styles.actions}>
          <Button small onClick={() => retry.mutate()} disabled={retry.isPending}>
            <IconRefresh size={15} aria-hidden />
            Try again
          </Button>
          <Button small weight="quiet" onClick={() => forget.mutate()} disabled={forget.isPending}>
            Forget
          </Button>
        </div>
      </div>
      {reason ? <div className={styles.reason}>{reason}</div> : null}
      <div className={styles.facts}>
        {source ? (
          <span>
            {'From '}
            {locationHref(source) ? (
              <SafeLink address={source.target}>{shortTarget(source.target)}</SafeLink>
            ) : (
              <span title={source.target}>{shortTarget(source.target)}</span>
            )}
          </span>
        ) : null}
        <span>
          Found <RelativeTime value={row.last_discovery_at} />
        </span>
        <span>
          {type === 'failed' ? 'Tried again ' : 'Due '}
          <RelativeTime value={row.next_update_at} />
        </span>
      </div>
    </li>
  );
}
