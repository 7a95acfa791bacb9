// The first tab of an entity page: what it hangs together with, and on the right what is known about it.

import { lazy, Suspense } from 'react';
import type { Entity } from '@/api/catalog';
import { Skeleton } from '@/components/Skeleton';
import { related } from '@/modules/entity/entity';
import { refText } from '@/modules/entity/ref';
import { GroupTree } from '@/modules/org/GroupTree';
import { AboutCard, LinksCard } from './About';
import { DependencyTable } from './DependencyTable';
import { LocationContents } from './LocationContents';
import { Offers } from './Offers';
import styles from './OverviewTab.module.css';
import { Ownership } from './Ownership';
import { Problems } from './Problems';
import { Provenance } from './Provenance';
import { RelationTable } from './RelationTable';
import { directly, relationSections } from './relationSections';

const TemplateOverview = lazy(() => import('@/modules/scaffolder/entity/TemplateOverview'));

type Props = {
  entity: Entity;
  /** How many steps dependencies are followed. */
  steps: number;
  onSteps: (steps: number) => void;
};

const WAYS = ['needs', 'neededBy'] as const;

export function OverviewTab({ entity, steps, onSteps }: Props) {
  const kind = entity.kind.toLowerCase();
  const owner = kind === 'group' || kind === 'user';
  const sections = relationSections(entity).filter(
    (section) => !(kind === 'group' && section.type === 'parentOf'),
  );
  const needs = WAYS.map((way) => ({ way, direct: directly(entity, way).length })).filter(
    // Whoever uses an API of it needs it too; who that is, only the APIs say.
    ({ way, direct }) => direct > 0 || (way === 'neededBy' && related(entity, 'providesApi').length > 0),
  );
  const nothing =
    sections.length === 0 && needs.length === 0 && !owner && kind !== 'location' && kind !== 'template';
  return (
    <div className={styles.layout}>
      <div className={styles.main}>
        <Problems entity={entity} />
        {owner ? <Ownership entityRef={refText(entity)} /> : null}
        {kind === 'group' ? <GroupTree group={entity} /> : null}
        {kind === 'location' ? <LocationContents entity={entity} /> : null}
        {kind === 'template' ? (
          <Suspense fallback={<Skeleton height={200} />}>
            <TemplateOverview entity={entity} />
          </Suspense>
        ) : null}
        {needs.map(({ way, direct }) => (
          <DependencyTable
            key={way}
            root={refText(entity)}
            way={way}
            direct={direct}
            depth={steps}
            onDepth={onSteps}
          />
        ))}
        {sections.map((section) => (
          <RelationTable key={section.type} title={section.title} refs={section.refs} />
        ))}
        {nothing ? (
          <p className="quiet">
            Nothing depends on it and it depends on nothing. Relations such as{' '}
            <span className="mono">dependsOn</span> in its file would show here.
          </p>
        ) : null}
      </div>
      <aside className={styles.rail} aria-label="Details">
        <LinksCard entity={entity} />
        <AboutCard entity={entity} />
        <Provenance entity={entity} />
        <Offers entity={entity} />
      </aside>
    </div>
  );
}
