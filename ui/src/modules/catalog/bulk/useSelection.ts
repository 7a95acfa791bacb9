// Which rows are selected. Another list starts without a selection, so that nothing out of sight is acted on.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Entity } from '@/api/catalog';
import { messageOf } from '@/api/error';
import { entityPage, fetchAll } from '@/api/queries/entities';
import { type EntityQuery, ROW_FIELDS } from '@/api/queries/pageRequest';
import { toast } from '@/components/toasts';
import { refText } from '@/modules/entity/ref';
import { PAGE_SIZE, pagesFor, placeAt, type Segment } from '../segments';

/** More than this is not selected at once. */
export const MOST_SELECTED = 5_000;

export type Chosen = ReadonlyMap<string, Entity>;

export type Selection = {
  chosen: Chosen;
  choose: (entity: Entity, index: number, how: 'toggle' | 'range', segments: Segment[]) => void;
  all: (query: EntityQuery, total: number) => void;
  clear: () => void;
};

/** The same selection with these in it too, up to the limit. */
export function withAll(chosen: Chosen, entities: Entity[]): Chosen {
  const next = new Map(chosen);
  for (const entity of entities) {
    if (next.size >= MOST_SELECTED) break;
    next.set(refText(entity), entity);
  }
  return next;
}

/** With the entity if it was not in it, without it if it was. */
export function toggled(chosen: Chosen, entity: Entity): Chosen {
  const next = new Map(chosen);
  if (!next.delete(refText(entity))) return withAll(chosen, [entity]);
  return next;
}

type State = { list: string; chosen: Chosen; last: number | undefined };

export function useSelection(list: string): Selection {
  const client = useQueryClient();
  const none: State = { list, chosen: new Map(), last: undefined };
  const [kept, setKept] = useState(none);
  const state = kept.list === list ? kept : none;
  const change = (next: (now: State) => State) => setKept((now) => next(now.list === list ? now : none));
  const failed = (error: unknown) => toast.error('These rows could not be selected', messageOf(error));

  /** The rows between two places; those that were never in sight are read. */
  const between = async (segments: Segment[], from: number, to: number): Promise<Entity[]> => {
    const [first, last] = [
      Math.min(from, to),
      Math.min(Math.max(from, to), Math.min(from, to) + MOST_SELECTED),
    ];
    const pages = pagesFor(segments, first, last);
    const answers = await Promise.all(
      pages.map(({ segment, page }) =>
        client.ensureQueryData(entityPage(segment.query, PAGE_SIZE, page * PAGE_SIZE)),
      ),
    );
    const found: Entity[] = [];
    for (let index = first; index <= last; index += 1) {
      const place = placeAt(segments, index);
      if (place?.type !== 'row') continue;
      const page = Math.floor(place.offset / PAGE_SIZE);
      const at = pages.findIndex((each) => each.segment.key === place.segment.key && each.page === page);
      const entity = answers[at]?.items[place.offset % PAGE_SIZE];
      if (entity) found.push(entity);
    }
    return found;
  };

  return {
    chosen: state.chosen,
    choose: (entity, index, how, segments) => {
      if (how === 'toggle' || state.last === undefined) {
        change((now) => ({ ...now, chosen: toggled(now.chosen, entity), last: index }));
        return;
      }
      between(segments, state.last, index).then(
        (entities) => change((now) => ({ ...now, chosen: withAll(now.chosen, entities), last: index })),
        failed,
      );
    },
    all: (query, total) => {
      fetchAll(query, { fields: ROW_FIELDS, most: MOST_SELECTED }).then((entities) => {
        change((now) => ({ ...now, chosen: withAll(now.chosen, entities) }));
        if (total > MOST_SELECTED) {
          toast.info(
            `The first ${MOST_SELECTED.toLocaleString('en')} are selected`,
            'Narrow the list to act on the others.',
          );
        }
      }, failed);
    },
    clear: () => change(() => none),
  };
}
