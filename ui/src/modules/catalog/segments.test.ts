import { describe, expect, it } from 'vitest';
import { listLength, PAGE_SIZE, pagesFor, placeAt, type Segment } from './segments';

const segment = (key: string, count: number | undefined, more: Partial<Segment> = {}): Segment => ({
  key,
  count,
  query: { query: { kind: key } },
  ...more,
});
const group = (key: string, count: number, collapsed = false) =>
  segment(key, count, { header: { kind: 'group', ref: key }, collapsed });

describe('a list of segments', () => {
  const groups = [group('a', 2), group('b', 3, true), group('c', 1)];

  it('counts headers and rows, and only the headers of collapsed groups', () => {
    expect(listLength(groups)).toBe(3 + 1 + 2);
    expect(listLength([segment('main', undefined)])).toBe(0);
  });

  it('knows what stands at each place', () => {
    const places = [0, 1, 2, 3, 4, 5, 6].map((index) => placeAt(groups, index));
    expect(places.map((place) => place && `${place.type} ${place.segment.key}`)).toEqual([
      'header a',
      'row a',
      'row a',
      'header b',
      'header c',
      'row c',
      undefined,
    ]);
  });

  it('draws no header over nothing', () => {
    expect(listLength([segment('main', 4), group('rest', 0)])).toBe(4);
  });

  it('asks only for the pages in sight', () => {
    const list = [segment('main', 10_000)];
    const pages = pagesFor(list, 5_030, 5_120).map(({ page }) => page);
    expect(pages).toEqual([5_030 / PAGE_SIZE, 5_120 / PAGE_SIZE].map(Math.floor));
  });
});
