// The entities of the places in sight, and the names of what their cells point to.

import { useQueries } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { Entity } from '@/api/catalog';
import { entityPage } from '@/api/queries/entities';
import { entityNames } from '@/api/queries/entityCards';
import { usePainted } from '@/app/firstPaint';
import { displayName } from '@/modules/entity/entity';
import { type EntityRef, formatRef, shortRef } from '@/modules/entity/ref';
import type { Column, NameOf } from './columns';
import { PAGE_SIZE, type Place, pagesFor, type Segment } from './segments';

export type Rows = {
  entityAt: (place: Place) => Entity | undefined;
  nameOf: NameOf;
};

const known = new WeakMap<Entity[], { columns: Column[]; refs: string[] }>();

/** The references that the cells of a page name, each once; worked out once for each answer. */
function refsOf(items: Entity[], columns: Column[]): string[] {
  const before = known.get(items);
  if (before?.columns === columns) return before.refs;
  const found = items.flatMap((entity) => columns.flatMap((column) => column.refs?.(entity) ?? []));
  const refs = [...new Set(found.map(formatRef))].sort();
  known.set(items, { columns, refs });
  return refs;
}

/** Loads the pages from `first` to `last`, and for each page the names in it with one request. */
export function useRows(segments: Segment[], columns: Column[], first: number, last: number): Rows {
  const pages = last < first ? [] : pagesFor(segments, first, last);
  const answers = useQueries({
    queries: pages.map(({ segment, page }) => entityPage(segment.query, PAGE_SIZE, page * PAGE_SIZE)),
  });
  const items = answers.map((answer) => answer.data?.items);
  const painted = usePainted();
  const names = useQueries({
    queries: items.map((each) => {
      const refs = each ? refsOf(each, columns) : [];
      return { ...entityNames(refs), enabled: painted && refs.length > 0 };
    }),
    combine: mergeNames,
  });

  const nameOf = useCallback(
    (ref: EntityRef) => {
      const entity = names.get(formatRef(ref));
      return { title: entity ? displayName(entity) : shortRef(ref), missing: entity === null };
    },
    [names],
  );
  const entityAt = (place: Place) => {
    if (place.type === 'header') return undefined;
    const page = Math.floor(place.offset / PAGE_SIZE);
    const index = pages.findIndex((each) => each.segment.key === place.segment.key && each.page === page);
    return items[index]?.[place.offset % PAGE_SIZE];
  };
  return { entityAt, nameOf };
}

function mergeNames(
  answers: { data?: Map<string, Entity | null> | undefined }[],
): Map<string, Entity | null> {
  return new Map(answers.flatMap((answer) => [...(answer.data ?? [])]));
}
