// Shows what goes before anything goes, then unregisters it piece by piece.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Entity } from '@/api/catalog';
import { deleteEntity, fetchAll, fetchByRefs } from '@/api/queries/entities';
import { locations, unregisterLocation } from '@/api/queries/locations';
import { Button } from '@/components/Button';
import Dialog from '@/components/Dialog';
import { ErrorNotice, Notice } from '@/components/Notice';
import { Skeleton } from '@/components/Skeleton';
import { EntityLink } from '@/modules/entity/EntityLink';
import { displayName } from '@/modules/entity/entity';
import { refOf, refText } from '@/modules/entity/ref';
import { shortTarget } from '@/modules/entity-page/locationRef';
import { startJob } from '@/modules/jobs/jobs';
import styles from './BulkBar.module.css';
import { ORIGIN, planRemoval, type Removal, registeredOrigins } from './removal';

const FIELDS = [
  'kind',
  'metadata.uid',
  'metadata.name',
  'metadata.namespace',
  'metadata.title',
  'spec.profile',
  `metadata.annotations.${ORIGIN}`,
];
const SHOWN = 100;
const MOST = 10_000;

type Step = { what: string; run: () => Promise<void> };

function stepsOf(plan: Removal): Step[] {
  return [
    ...plan.locations.map(({ id, target }) => ({ what: target, run: () => unregisterLocation(id) })),
    ...plan.single.map((entity) => ({
      what: refText(entity),
      run: () => deleteEntity(entity.metadata.uid ?? ''),
    })),
  ];
}

export default function BulkUnregister({
  refs,
  onClose,
  onStarted,
}: {
  refs: string[];
  onClose: () => void;
  onStarted: () => void;
}) {
  const client = useQueryClient();
  const preview = useQuery({
    queryKey: ['catalog', 'removal', refs],
    queryFn: async ({ signal }) => {
      const [registered, found] = await Promise.all([
        client.fetchQuery(locations()),
        fetchByRefs(refs, FIELDS, signal),
      ]);
      const selected = found.filter((entity) => entity !== null);
      const origins = registeredOrigins(selected, registered);
      const query = { [`metadata.annotations.${ORIGIN}`]: { $in: origins } };
      const brought =
        origins.length === 0 ? [] : await fetchAll({ query }, { fields: FIELDS, most: MOST, signal });
      return planRemoval(selected, registered, brought);
    },
    // A preview must not change under the hand of who reads it.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const plan = preview.data;
  const start = () => {
    if (!plan) return;
    void startJob({
      doing: 'Unregistering',
      done: 'Unregistered',
      items: stepsOf(plan),
      label: (step) => step.what,
      work: (step) => step.run(),
      after: () => void client.invalidateQueries({ queryKey: ['catalog'] }),
    });
    onStarted();
  };
  const going = plan
    ? plan.single.length + plan.locations.reduce((sum, each) => sum + each.entities.length, 0)
    : 0;
  return (
    <Dialog
      title={refs.length === 1 ? 'Unregister 1 entity' : `Unregister ${refs.length} entities`}
      onClose={onClose}
      size="lg"
    >
      <div className={styles.body}>
        {preview.error ? (
          <ErrorNotice
            title="What would go could not be read"
            error={preview.error}
            onRetry={() => void preview.refetch()}
          />
        ) : null}
        {preview.isPending ? <Skeleton height={120} /> : null}
        {plan && plan.along.length > 0 ? (
          <Notice level="warning" title={`${plan.along.length} more go along`}>
            They were not selected, but the same locations bring them.
          </Notice>
        ) : null}
        {plan && plan.along.length > 0 ? <Entities title="Going along" entities={plan.along} /> : null}
        {plan && plan.locations.length > 0 ? (
          <section>
            <h3>{`Locations that are unregistered (${plan.locations.length})`}</h3>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
            <ul className={styles.list} tabIndex={0}>
              {plan.locations.map((location) => (
                <li key={location.id}>
                  <span className="ellipsis" title={location.target}>
                    {shortTarget(location.target)}
                  </span>
                  <span className="quiet tabular">
                    {location.entities.length === 1 ? '1 entity' : `${location.entities.length} entities`}
                  </span>
                </li>
              ))}
            </ul>
          </section>
        ) : null}
        {plan && plan.single.length > 0 ? (
          <>
            <Entities title="Entities that are deleted" entities={plan.single} />
            <p className="quiet">
              No registered location brings these; they come from the server's own configuration or from a
              provider. They come back with the next processing unless their source is changed too.
            </p>
          </>
        ) : null}
        <div className={styles.foot}>
          <Button onClick={onClose}>Keep them</Button>
          <Button weight="danger" disabled={!plan || going === 0} onClick={start}>
            {plan
              ? `Unregister ${going === 1 ? '1 entity' : `${going.toLocaleString('en')} entities`}`
              : 'Unregister'}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function Entities({ title, entities }: { title: string; entities: Entity[] }) {
  return (
    <section>
      <h3>{`${title} (${entities.length.toLocaleString('en')})`}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <ul className={styles.list} tabIndex={0}>
        {entities.slice(0, SHOWN).map((entity) => (
          <li key={refText(entity)}>
            <EntityLink target={refOf(entity)} title={displayName(entity)} />
          </li>
        ))}
        {entities.length > SHOWN ? <li className="quiet">{`and ${entities.length - SHOWN} more`}</li> : null}
      </ul>
    </section>
  );
}
