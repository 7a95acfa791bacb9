// The first tab of an entity page: what it hangs together with, and on the right what is known about it.

import type { Entity } from '@/api/catalog';
import { refText } from '@/modules/entity/ref';
import { GroupTree } from '@/modules/org/GroupTree';
import { AboutCard, LinksCard } from './About';
import { LocationContents } from './LocationContents';
import styles from './OverviewTab.module.css';
import { Ownership } from './Ownership';
import { Problems } from './Problems';
import { Provenance } from './Provenance';
import { RelationTable } from './RelationTable';
import { relationSections } from './relationSections';

export function OverviewTab({ entity }: { entity: Entity }) {
  const kind = entity.kind.toLowerCase();
  const owner = kind === 'group' || kind === 'user';
  const sections = relationSections(entity).filter(
    (section) => !(kind === 'group' && section.type === 'parentOf'),
  );
  const nothing = sections.length === 0 && !owner && kind !== 'location';
  return (
    <div className={styles.layout}>
      <div className={styles.main}>
        <Problems entity={entity} />
        {owner ? <Ownership entityRef={refText(entity)} /> : null}
        {kind === 'group' ? <GroupTree group={entity} /> : null}
        {kind === 'location' ? <LocationContents entity={entity} /> : null}
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
      </aside>
    </div>
  );
}
