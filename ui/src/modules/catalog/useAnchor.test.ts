import { expect, it } from 'vitest';
import { movedTo } from './useAnchor';

const list =
  (...ids: (string | undefined)[]) =>
  (index: number) =>
    ids[index];

it('finds a row again that moved down or up', () => {
  expect(movedTo('c', 2, list('new', 'a', 'b', 'c'))).toBe(3);
  expect(movedTo('c', 2, list('b', 'c'))).toBe(1);
  expect(movedTo('c', 2, list('a', 'b', 'c'))).toBe(2);
});

it('does not look for ever for a row that is gone', () => {
  expect(movedTo('c', 2, list('a', 'b', undefined, 'd'))).toBeUndefined();
});
