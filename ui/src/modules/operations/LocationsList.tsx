// Every registered location, with a way to read it again or to unregister it.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { CatalogLocation } from '@/api/catalog';
import { messageOf } from '@/api/error';
import { refreshEntity } from '@/api/queries/entities';
import { locations, unregisterLocation } from '@/api/queries/locations';
import { Button, buttonClass } from '@/components/Button';
import { Card } from '@/components/Card';
import Dialog from '@/components/Dialog';
import { Empty, ErrorNotice } from '@/components/Notice';
import { SafeLink } from '@/components/SafeLink';
import { Skeleton } from '@/components/Skeleton';
import { toast } from '@/components/toasts';
import { GatedButton } from '@/modules/access/Gated';
import { DELETE_LOCATION } from '@/modules/access/permissions';
import { EntityLink } from '@/modules/entity/EntityLink';
import { shortTarget } from '@/modules/entity-page/locationRef';
import styles from './Failed.module.css';

export function LocationsList({ text }: { text: string }) {
  const { data, error, isPending, refetch } = useQuery(locations());
  const [leaving, setLeaving] = useState<CatalogLocation>();
  if (error) {
    return (
      <ErrorNotice title="The locations could not be read" error={error} onRetry={() => void refetch()} />
    );
  }
  if (isPending) return <Skeleton height={120} />;
  if (data.length === 0) {
    return (
      <Empty
        title="No location is registered here"
        actions={
          <Link to="/catalog-import" className={buttonClass('primary')}>
            Register a catalog file
          </Link>
        }
      >
        Locations of the server's own configuration are not listed; they can only be changed there.
      </Empty>
    );
  }
  const shown = data.filter((each) => each.target.toLowerCase().includes(text.trim().toLowerCase()));
  return (
    <>
      <Card title="Registered locations" count={shown.length} flush>
        <ul>
          {shown.map((location) => (
            <Item key={location.id} location={location} onLeave={() => setLeaving(location)} />
          ))}
        </ul>
      </Card>
      {leaving ? <LeaveDialog location={leaving} onClose={() => setLeaving(undefined)} /> : null}
    </>
  );
}

function Item({ location, onLeave }: { location: CatalogLocation; onLeave: () => void }) {
  const refresh = useMutation({
    mutationFn: () => refreshEntity(location.entityRef ?? ''),
    onSuccess: () => toast.info('Reading it again', location.target),
    onError: (error) => toast.error('It was not read again', messageOf(error)),
  });
  return (
    <li className={styles.item}>
      <div className={styles.head}>
        <span className="ellipsis" title={location.target}>
          <SafeLink address={location.target}>{shortTarget(location.target)}</SafeLink>
        </span>
        <div className={styles.actions}>
          {location.entityRef ? (
            <Button small onClick={() => refresh.mutate()} disabled={refresh.isPending}>
              Read again
            </Button>
          ) : null}
          <GatedButton permission={DELETE_LOCATION} small weight="danger" onClick={onLeave}>
            Unregister
          </GatedButton>
        </div>
      </div>
      {location.entityRef ? (
        <div className={styles.facts}>
          <EntityLink target={location.entityRef} />
        </div>
      ) : null}
    </li>
  );
}

function LeaveDialog({ location, onClose }: { location: CatalogLocation; onClose: () => void }) {
  const client = useQueryClient();
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => unregisterLocation(location.id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['catalog'] });
      onClose();
    },
  });
  return (
    <Dialog title="Unregister this location" onClose={onClose}>
      <p className="mono" style={{ overflowWrap: 'anywhere' }}>
        {location.target}
      </p>
      <p style={{ margin: '8px 0 16px' }}>
        Everything that only this location brings leaves the catalog. The files themselves stay as they are.
      </p>
      {error ? <ErrorNotice title="It was not unregistered" error={error} /> : null}
      <div style={{ display: 'flex', gap: 8, justifyContent: 'flex-end', marginTop: 12 }}>
        <Button onClick={onClose}>Keep</Button>
        <Button weight="danger" onClick={() => mutate()} disabled={isPending}>
          Unregister
        </Button>
      </div>
    </Dialog>
  );
}
