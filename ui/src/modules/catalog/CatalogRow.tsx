// The cells of one row, wide and narrow.

import { type MouseEvent, memo } from 'react';
import type { Entity } from '@/api/catalog';
import { Skeleton } from '@/components/Skeleton';
import { EntityLink } from '@/modules/entity/EntityLink';
import { displayName, ownerOf, specText } from '@/modules/entity/entity';
import { refOf, shortRef } from '@/modules/entity/ref';
import { StarToggle } from '@/modules/stars/StarButton';
import styles from './CatalogTable.module.css';
import type { Column, NameOf } from './columns';

type RowProps = {
  entity: Entity | undefined;
  starred: boolean;
  chosen: boolean;
  /** Its place in the list. */
  index: number;
  onStar: (entity: Entity) => void;
  /** `range` is true when everything from the last choice to here is meant. */
  onChoose: (index: number, range: boolean) => void;
};

type ChooseProps = Pick<RowProps, 'chosen' | 'index' | 'onChoose'> & { entity: Entity };

function Choose({ entity, chosen, index, onChoose }: ChooseProps) {
  return (
    <label className={styles.choose}>
      <input
        type="checkbox"
        checked={chosen}
        aria-label={`Select ${displayName(entity)}`}
        onChange={() => undefined}
        onClick={(event: MouseEvent) => onChoose(index, event.shiftKey)}
      />
    </label>
  );
}

function Star({ entity, starred, onStar }: Pick<RowProps, 'starred' | 'onStar'> & { entity: Entity }) {
  return <StarToggle on={starred} onToggle={() => onStar(entity)} name={displayName(entity)} />;
}

export const Cells = memo(function Cells({
  entity,
  columns,
  nameOf,
  ...row
}: RowProps & { columns: Column[]; nameOf: NameOf }) {
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: rows are placed by hand, which table elements do not allow */}
      <div role="cell" className={styles.tools}>
        {entity ? (
          <>
            <Choose entity={entity} {...row} />
            <Star entity={entity} {...row} />
          </>
        ) : null}
      </div>
      {columns.map((column, at) => (
        // biome-ignore lint/a11y/useSemanticElements: see above
        <div key={column.id} role="cell" className={styles.cell}>
          {entity ? column.cell(entity, nameOf) : <Skeleton width={at === 0 ? '60%' : '40%'} height={12} />}
        </div>
      ))}
    </>
  );
});

export function NarrowCells({ entity, ...row }: RowProps) {
  const owner = entity ? ownerOf(entity) : undefined;
  const facts = entity
    ? [specText(entity, 'type'), specText(entity, 'lifecycle'), owner ? shortRef(owner) : undefined].filter(
        Boolean,
      )
    : [];
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div role="cell">{entity ? <Choose entity={entity} {...row} /> : null}</div>
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div role="cell" className={styles.narrowMain}>
        {entity ? (
          <EntityLink target={refOf(entity)} title={displayName(entity)} />
        ) : (
          <Skeleton width="60%" />
        )}
        <span className={`${styles.narrowFacts} ellipsis`}>{facts.join(' · ')}</span>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div role="cell">{entity ? <Star entity={entity} {...row} /> : null}</div>
    </>
  );
}
