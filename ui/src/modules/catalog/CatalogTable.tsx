// The table of the catalog: only the rows in sight exist, and only their pages are asked for.

import { useMediaQuery } from '@mantine/hooks';
import { IconArrowDown, IconArrowUp, IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useQueries } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { Entity } from '@/api/catalog';
import { entityPage } from '@/api/queries/entities';
import { useShortcut } from '@/app/shortcuts';
import { Skeleton } from '@/components/Skeleton';
import { EntityLink } from '@/modules/entity/EntityLink';
import { displayName, ownerOf, specText } from '@/modules/entity/entity';
import { refOf, refText, shortRef } from '@/modules/entity/ref';
import { StarToggle } from '@/modules/stars/StarButton';
import { useStars } from '@/modules/stars/useStars';
import styles from './CatalogTable.module.css';
import type { Column } from './columns';
import { listLength, PAGE_SIZE, type Place, pagesFor, placeAt, type Segment } from './segments';

const ROW = 36;
const NARROW_ROW = 56;
const HEAD = 32;

type Props = {
  label: string;
  columns: Column[];
  segments: Segment[];
  stale: boolean;
  sort: { id: string; dir: 'asc' | 'desc' };
  onSort: (id: string) => void;
  onToggleGroup: (key: string) => void;
};

export function CatalogTable({ label, columns, segments, stale, sort, onSort, onToggleGroup }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const narrow = useMediaQuery('(max-width: 640px)', undefined, { getInitialValueInEffect: false }) ?? false;
  const stars = useStars();
  const known = segments.some((segment) => segment.count !== undefined);
  const length = known ? listLength(segments) : 20;
  const virtual = useVirtualizer({
    count: length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (narrow ? NARROW_ROW : ROW),
    overscan: 12,
    scrollMargin: narrow ? 0 : HEAD,
    getItemKey: (index) => index,
  });
  const shown = virtual.getVirtualItems();
  const rows = useRows(segments, shown[0]?.index ?? 0, shown.at(-1)?.index ?? -1);

  const step = (by: number) => {
    const current = document.activeElement?.closest<HTMLElement>('[data-index]');
    let index = current
      ? Number(current.dataset.index) + by
      : (shown.find((item) => item.start >= (scroller.current?.scrollTop ?? 0))?.index ?? 0);
    while (placeAt(segments, index)?.type === 'header') index += by < 0 ? -1 : 1;
    if (index < 0 || index >= length) return;
    virtual.scrollToIndex(index);
    requestAnimationFrame(() => {
      scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"] [data-entity-ref]`)?.focus();
    });
  };
  useShortcut('List', 'j', 'Next row', () => step(1));
  useShortcut('List', 'k', 'Previous row', () => step(-1));

  const tracks = `36px ${columns.map((column) => column.width).join(' ')}`;
  const offset = narrow ? 0 : HEAD;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section ref={scroller} className={styles.scroller} tabIndex={0} aria-label={`${label}, scrolling list`}>
      {/* biome-ignore-start lint/a11y/useSemanticElements: rows are placed by hand, which table elements do not allow */}
      <div className={styles.table} role="table" aria-label={label} aria-rowcount={length + 1}>
        {narrow ? null : (
          <div role="rowgroup" className={styles.head} style={{ gridTemplateColumns: tracks }}>
            <Head columns={columns} sort={sort} onSort={onSort} />
          </div>
        )}
        <div
          role="rowgroup"
          className={`${styles.body} ${stale ? styles.stale : ''}`}
          style={{ height: virtual.getTotalSize() }}
        >
          {shown.map((item) => {
            const place = placeAt(segments, item.index);
            const style = {
              transform: `translateY(${item.start - offset}px)`,
              gridTemplateColumns: tracks,
            };
            if (place?.type === 'header') {
              return (
                <div
                  key={item.key}
                  role="row"
                  tabIndex={-1}
                  aria-rowindex={item.index + 2}
                  className={styles.group}
                  style={{ transform: style.transform }}
                >
                  <GroupHeader segment={place.segment} onToggle={onToggleGroup} />
                </div>
              );
            }
            const entity = place ? rows(place) : undefined;
            return (
              <div
                key={item.key}
                role="row"
                tabIndex={-1}
                aria-rowindex={item.index + 2}
                data-index={item.index}
                className={narrow ? styles.narrow : styles.row}
                style={narrow ? { transform: style.transform } : style}
              >
                {narrow ? (
                  <NarrowCells entity={entity} stars={stars} />
                ) : (
                  <Cells entity={entity} columns={columns} stars={stars} />
                )}
              </div>
            );
          })}
        </div>
      </div>
      {/* biome-ignore-end lint/a11y/useSemanticElements: see above */}
    </section>
  );
}

/** Loads the pages in sight and answers which entity stands at a place. */
function useRows(segments: Segment[], first: number, last: number): (place: Place) => Entity | undefined {
  const pages = last < first ? [] : pagesFor(segments, first, last);
  const answers = useQueries({
    queries: pages.map(({ segment, page }) => entityPage(segment.query, PAGE_SIZE, page * PAGE_SIZE)),
  });
  return (place) => {
    if (place.type === 'header') return undefined;
    const page = Math.floor(place.offset / PAGE_SIZE);
    const index = pages.findIndex((each) => each.segment.key === place.segment.key && each.page === page);
    return answers[index]?.data?.items[place.offset % PAGE_SIZE];
  };
}

function Head({ columns, sort, onSort }: Pick<Props, 'columns' | 'sort' | 'onSort'>) {
  const Arrow = sort.dir === 'desc' ? IconArrowDown : IconArrowUp;
  return (
    // biome-ignore lint/a11y/useSemanticElements: see the table above
    <div role="row" tabIndex={-1} style={{ display: 'contents' }} aria-rowindex={1}>
      {/* biome-ignore lint/a11y/useSemanticElements: see the table above */}
      <div role="columnheader" tabIndex={-1} className={styles.headCell}>
        <span className="visually-hidden">Starred</span>
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

type Stars = ReturnType<typeof useStars>;

function Star({ entity, stars }: { entity: Entity; stars: Stars }) {
  const ref = refText(entity);
  return (
    <StarToggle on={stars.isStarred(ref)} onToggle={() => stars.toggle(ref)} name={displayName(entity)} />
  );
}

function Cells({ entity, columns, stars }: { entity: Entity | undefined; columns: Column[]; stars: Stars }) {
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: see the table above */}
      <div role="cell" className={styles.cell} style={{ padding: '0 0 0 4px' }}>
        {entity ? <Star entity={entity} stars={stars} /> : null}
      </div>
      {columns.map((column, index) => (
        // biome-ignore lint/a11y/useSemanticElements: see the table above
        <div key={column.id} role="cell" className={styles.cell}>
          {entity ? column.cell(entity) : <Skeleton width={index === 0 ? '60%' : '40%'} height={12} />}
        </div>
      ))}
    </>
  );
}

function NarrowCells({ entity, stars }: { entity: Entity | undefined; stars: Stars }) {
  const owner = entity ? ownerOf(entity) : undefined;
  const facts = entity
    ? [specText(entity, 'type'), specText(entity, 'lifecycle'), owner ? shortRef(owner) : undefined].filter(
        Boolean,
      )
    : [];
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: see the table above */}
      <div role="cell" className={styles.narrowMain}>
        {entity ? (
          <EntityLink target={refOf(entity)} title={displayName(entity)} />
        ) : (
          <Skeleton width="60%" />
        )}
        <span className={`${styles.narrowFacts} ellipsis`}>{facts.join(' · ')}</span>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: see the table above */}
      <div role="cell">{entity ? <Star entity={entity} stars={stars} /> : null}</div>
    </>
  );
}

function GroupHeader({ segment, onToggle }: { segment: Segment; onToggle: (key: string) => void }) {
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
