// A list that is read again behind what is shown may grow or shrink above the rows in sight. They stay where they are.

import { type RefObject, useLayoutEffect, useRef } from 'react';

/** How far a row is looked for from where it was. */
const REACH = 150;

type Anchor = { list: string; index: number; id: string };

/**
 * The place where something stands now: at `index`, or near it. Undefined if it is nowhere near.
 */
export function movedTo(
  id: string,
  index: number,
  idAt: (index: number) => string | undefined,
): number | undefined {
  for (let away = 0; away <= REACH; away += 1) {
    if (idAt(index + away) === id) return index + away;
    if (index >= away && idAt(index - away) === id) return index - away;
  }
  return undefined;
}

/** `list` names what is listed: another list starts where it starts. */
export function useAnchor(
  scroller: RefObject<HTMLElement | null>,
  list: string,
  rowSize: number,
  idAt: (index: number) => string | undefined,
): void {
  const anchor = useRef<Anchor>(undefined);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const before = anchor.current;
    const index = Math.floor(element.scrollTop / rowSize);
    if (
      before?.list === list &&
      before.index === index &&
      element.scrollTop > 0 &&
      idAt(index) !== before.id
    ) {
      const now = movedTo(before.id, index, idAt);
      if (now !== undefined) {
        element.scrollTop += (now - index) * rowSize;
        anchor.current = { list, index: now, id: before.id };
        return;
      }
    }
    const id = idAt(index);
    anchor.current = id === undefined ? undefined : { list, index, id };
  });
}
