// The heads of the table: of its columns, and of its groups.

import { IconArrowDown, IconArrowUp, IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { EntityLink } from '@/modules/entity/EntityLink';
import styles from './CatalogTable.module.css';
import type { Column } from './columns';
import type { Segment } from './segments';

type HeadProps = {
  columns: Column[];
  sort: { id: string; dir: 'asc' | 'desc' };
  onSort: (id: string) => void;
};

export function Head({ columns, sort, onSort }: HeadProps) {
  const Arrow = sort.dir === 'desc' ? IconArrowDown : IconArrowUp;
  return (
    // biome-ignore lint/a11y/useSemanticElements: see the table above
    <div role="row" tabIndex={-1} style={{ display: 'contents' }} aria-rowindex={1}>
      {/* biome-ignore lint/a11y/useSemanticElements: see the table above */}
      <div role="columnheader" tabIndex={-1} className={styles.headCell}>
        <span className="visually-hidden">Selected and starred</span>
      </div>
      {columns.map((column) => {
        const on = sort.id === column.id;
        return (
          // biome-ignore lint/a11y/useSemanticElements: see the table above
          <div
            key={column.id}
            role="columnheader"
            tabIndex={-1}
            className={`${styles.headCell} ${on ? styles.sorted : ''}`}
            aria-sort={on ? (sort.dir === 'desc' ? 'descending' : 'ascending') : undefined}
          >
            {column.field ? (
              <button type="button" className={styles.sort} onClick={() => onSort(column.id)}>
                {column.label}
                {on ? <Arrow size={12} aria-hidden /> : null}
              </button>
            ) : (
              column.label
            )}
          </div>
        );
      })}
    </div>
  );
}

export function GroupHeader({ segment, onToggle }: { segment: Segment; onToggle: (key: string) => void }) {
  const Twist = segment.collapsed ? IconChevronRight : IconChevronDown;
  if (segment.header?.kind === 'note') {
    return (
      // biome-ignore lint/a11y/useSemanticElements: see the table above
      <span role="cell" className="quiet">
        {segment.header.text}
      </span>
    );
  }
  const ref = segment.header?.ref;
  return (
    // biome-ignore lint/a11y/useSemanticElements: see the table above
    <span role="cell" style={{ display: 'inline-flex', alignItems: 'center', gap: 8, minWidth: 0 }}>
      <button
        type="button"
        className={styles.twist}
        aria-expanded={!segment.collapsed}
        aria-label={`Rows of ${ref ?? 'no group'}`}
        onClick={() => onToggle(segment.key)}
      >
        <Twist size={16} aria-hidden />
      </button>
      {ref ? <EntityLink target={ref} /> : <span className="quiet">None</span>}
      <span className="quiet tabular">{segment.count}</span>
    </span>
  );
}
