// The table of the catalog: only the rows in sight exist, and only their pages are asked for.

import { useMediaQuery } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef } from 'react';
import type { Entity } from '@/api/catalog';
import { contentDrawn, usePainted } from '@/app/firstPaint';
import { useShortcut } from '@/app/shortcuts';
import { refText } from '@/modules/entity/ref';
import { useStars } from '@/modules/stars/useStars';
import type { Selection } from './bulk/useSelection';
import { GroupHeader, Head } from './CatalogHeads';
import { Cells, NarrowCells } from './CatalogRow';
import styles from './CatalogTable.module.css';
import type { Column } from './columns';
import { listLength, placeAt, type Segment } from './segments';
import { useAnchor } from './useAnchor';
import { useRows } from './useRows';

const ROW = 36;
const NARROW_ROW = 56;
const HEAD = 32;
/** Rows out of sight that are drawn too; the first picture does without most of them. */
const OVERSCAN = { first: 2, later: 12 };

type Props = {
  label: string;
  columns: Column[];
  segments: Segment[];
  stale: boolean;
  sort: { id: string; dir: 'asc' | 'desc' };
  onSort: (id: string) => void;
  onToggleGroup: (key: string) => void;
  selection: Selection;
};

export function CatalogTable(props: Props) {
  const { label, columns, segments, stale, sort, onSort, onToggleGroup, selection } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const narrow = useMediaQuery('(max-width: 640px)', undefined, { getInitialValueInEffect: false }) ?? false;
  const stars = useStars();
  const painted = usePainted();
  const known = segments.some((segment) => segment.count !== undefined);
  const length = known ? listLength(segments) : 20;
  const rowSize = narrow ? NARROW_ROW : ROW;
  const virtual = useVirtualizer({
    count: length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowSize,
    overscan: painted ? OVERSCAN.later : OVERSCAN.first,
    // The first rows are drawn without measuring first.
    initialRect: { width: window.innerWidth, height: window.innerHeight - 140 },
    scrollMargin: narrow ? 0 : HEAD,
    getItemKey: (index) => index,
  });
  const shown = virtual.getVirtualItems();
  const rows = useRows(segments, columns, shown[0]?.index ?? 0, shown.at(-1)?.index ?? -1);
  const entityAt = (index: number) => {
    const place = placeAt(segments, index);
    return place ? rows.entityAt(place) : undefined;
  };
  const idAt = (index: number) => {
    const entity = entityAt(index);
    return entity ? refText(entity) : undefined;
  };
  useAnchor(scroller, JSON.stringify(segments[0]?.query ?? ''), rowSize, idAt);

  const drawn = known && shown.some((item) => entityAt(item.index) !== undefined);
  useEffect(() => {
    if (drawn) contentDrawn();
  }, [drawn]);

  const indexInFocus = () => {
    const row = document.activeElement?.closest<HTMLElement>('[data-index]');
    return row ? Number(row.dataset.index) : undefined;
  };
  const step = (by: number): number | undefined => {
    const current = indexInFocus();
    let index =
      current === undefined
        ? (shown.find((item) => item.start >= (scroller.current?.scrollTop ?? 0))?.index ?? 0)
        : current + by;
    while (placeAt(segments, index)?.type === 'header') index += by < 0 ? -1 : 1;
    if (index < 0 || index >= length) return undefined;
    virtual.scrollToIndex(index);
    requestAnimationFrame(() => {
      scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"] [data-entity-ref]`)?.focus();
    });
    return index;
  };
  const choose = (index: number | undefined, how: 'toggle' | 'range') => {
    const entity = index === undefined ? undefined : entityAt(index);
    if (index !== undefined && entity) selection.choose(entity, index, how, segments);
  };
  const extend = (by: number) => {
    const from = indexInFocus();
    if (from !== undefined && selection.chosen.size === 0) choose(from, 'toggle');
    choose(step(by), 'range');
  };
  useShortcut('List', 'j', 'Next row', () => void step(1));
  useShortcut('List', 'k', 'Previous row', () => void step(-1));
  useShortcut('List', 'x', 'Select the row, or let it go', () => choose(indexInFocus(), 'toggle'));
  useShortcut('List', 'J', 'Select on to the next row', () => extend(1));
  useShortcut('List', 'K', 'Select on to the previous row', () => extend(-1));

  const tracks = `68px ${columns.map((column) => column.width).join(' ')}`;
  const offset = narrow ? 0 : HEAD;
  const classes = `${styles.scroller} ${selection.chosen.size > 0 ? styles.choosing : ''}`;
  // Rows are drawn again only when something of theirs changes, so what they call stays the same.
  const actions = useRef({ choose, star: stars.toggle });
  useEffect(() => {
    actions.current = { choose, star: stars.toggle };
  });
  const onStar = useCallback((entity: Entity) => actions.current.star(refText(entity)), []);
  const onChoose = useCallback(
    (index: number, range: boolean) => actions.current.choose(index, range ? 'range' : 'toggle'),
    [],
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section ref={scroller} className={classes} tabIndex={0} aria-label={`${label}, scrolling list`}>
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
            const entity = place ? rows.entityAt(place) : undefined;
            const ref = entity ? refText(entity) : undefined;
            const chosen = ref !== undefined && selection.chosen.has(ref);
            const row = {
              entity,
              chosen,
              starred: ref !== undefined && stars.isStarred(ref),
              onStar,
              index: item.index,
              onChoose,
            };
            return (
              <div
                // What has the focus keeps it when rows come in above.
                key={ref ? `${place?.segment.key} ${ref}` : item.key}
                role="row"
                tabIndex={-1}
                aria-rowindex={item.index + 2}
                data-index={item.index}
                className={`${narrow ? styles.narrow : styles.row} ${chosen ? styles.chosen : ''}`}
                style={narrow ? { transform: style.transform } : style}
              >
                {narrow ? (
                  <NarrowCells {...row} />
                ) : (
                  <Cells {...row} columns={columns} nameOf={rows.nameOf} />
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
