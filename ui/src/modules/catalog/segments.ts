// A long list as a chain of segments: one for a plain list, two where the order's key is missing on some entities,
// one for each group. Rows are addressed by number, so that the scroll bar is true from the start.

import type { EntityQuery } from '@/api/queries/pageRequest';

export type Segment = {
  key: string;
  /** Shown as a header row above the segment's rows. */
  header?: { kind: 'group'; ref: string | undefined } | { kind: 'note'; text: string };
  query: EntityQuery;
  /** How many rows; undefined while not known. */
  count: number | undefined;
  collapsed?: boolean;
};

export type Place = { type: 'header'; segment: Segment } | { type: 'row'; segment: Segment; offset: number };

const hasHeader = (segment: Segment) => segment.header !== undefined && (segment.count ?? 0) > 0;

/** Rows and headers that a segment takes in the list. */
function length(segment: Segment): number {
  return (hasHeader(segment) ? 1 : 0) + (segment.collapsed ? 0 : (segment.count ?? 0));
}

export function listLength(segments: readonly Segment[]): number {
  return segments.reduce((sum, segment) => sum + length(segment), 0);
}

/** What stands at a place of the list. */
export function placeAt(segments: readonly Segment[], index: number): Place | undefined {
  let rest = index;
  for (const segment of segments) {
    const size = length(segment);
    if (rest < size) {
      if (hasHeader(segment)) {
        if (rest === 0) return { type: 'header', segment };
        rest -= 1;
      }
      return { type: 'row', segment, offset: rest };
    }
    rest -= size;
  }
  return undefined;
}

export const PAGE_SIZE = 100;

export type PageKey = { segment: Segment; page: number };

/** The pages that the places from `first` to `last` need. */
export function pagesFor(segments: readonly Segment[], first: number, last: number): PageKey[] {
  const pages = new Map<string, PageKey>();
  for (let index = first; index <= last; index += 1) {
    const place = placeAt(segments, index);
    if (!place) break;
    if (place.type === 'header') continue;
    const page = Math.floor(place.offset / PAGE_SIZE);
    pages.set(`${place.segment.key}#${page}`, { segment: place.segment, page });
  }
  return [...pages.values()];
}
