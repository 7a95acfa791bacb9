// Takes an entity out: by unregistering the location that brings it, or, where there is none, just the entity.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Entity } from '@/api/catalog';
import { deleteEntity, entityList } from '@/api/queries/entities';
import { locationByEntity, unregisterLocation } from '@/api/queries/locations';
import { Button } from '@/components/Button';
import Dialog from '@/components/Dialog';
import { ErrorNotice } from '@/components/Notice';
import { toast } from '@/components/toasts';
import { EntityLink } from '@/modules/entity/EntityLink';
import { annotation, displayName } from '@/modules/entity/entity';
import { refOf, refText } from '@/modules/entity/ref';
import styles from './UnregisterDialog.module.css';

const SHOWN = 12;

export default function UnregisterDialog({ entity, onClose }: { entity: Entity; onClose: () => void }) {
  const ref = refOf(entity);
  const client = useQueryClient();
  const navigate = useNavigate();
  const location = useQuery(locationByEntity(ref.kind, ref.namespace, ref.name));
  const origin = annotation(entity, 'backstage.io/managed-by-origin-location') ?? '';
  const together = useQuery({
    ...entityList(
      { query: { 'metadata.annotations.backstage.io/managed-by-origin-location': origin } },
      200,
      ['kind', 'metadata.name', 'metadata.namespace', 'metadata.title'],
    ),
    enabled: Boolean(location.data),
  });
  const remove = useMutation({
    mutationFn: () =>
      location.data ? unregisterLocation(location.data.id) : deleteEntity(entity.metadata.uid ?? ''),
    onSuccess: async () => {
      toast.info('Unregistered', `${displayName(entity)} is no longer in the catalog.`);
      await client.invalidateQueries({ queryKey: ['catalog'] });
      void navigate({ to: '/catalog' });
    },
  });
  const others = together.data ?? [];
  return (
    <Dialog title={`Unregister ${displayName(entity)}`} onClose={onClose}>
      <div className={styles.body}>
        {location.error ? (
          <ErrorNotice title="Its location could not be read" error={location.error} />
        ) : null}
        {location.data ? (
          <>
            <p>
              It comes from a registered location. Unregistering that location takes out everything it brings
              {others.length > 0 ? `: ${others.length} entities.` : '.'}
            </p>
            <p className="mono">{location.data.target}</p>
            <ul className={styles.list}>
              {others.slice(0, SHOWN).map((each) => (
                <li key={refText(each)}>
                  <EntityLink target={refOf(each)} title={displayName(each)} />
                </li>
              ))}
              {others.length > SHOWN ? (
                <li className="quiet">{`and ${others.length - SHOWN} more`}</li>
              ) : null}
            </ul>
          </>
        ) : location.data === null ? (
          <p>
            It does not come from a registered location but from the server's own configuration. It can be
            deleted here, but it comes back with the next processing unless its source is changed too.
          </p>
        ) : null}
        {remove.error ? <ErrorNotice title="It was not unregistered" error={remove.error} /> : null}
        <div className={styles.actions}>
          <Button onClick={onClose}>Keep</Button>
          <Button
            weight="danger"
            onClick={() => remove.mutate()}
            disabled={location.isPending || remove.isPending}
          >
            {location.data === null ? 'Delete the entity' : 'Unregister the location'}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
