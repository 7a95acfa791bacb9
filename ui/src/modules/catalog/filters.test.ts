import { describe, expect, it } from 'vitest';
import { parseSearch, stringifySearch } from '@/app/search';
import { cleared, filterCount, predicateOf, readCatalogSearch, toggled } from './filters';

const MINE = { owned: ['user:default/ada', 'group:default/team-a'], starred: ['component:default/web'] };
const read = (address: string) => readCatalogSearch(parseSearch(address));

describe('the address of the catalog', () => {
  it('holds every filter, and comes back the same', () => {
    const address =
      '?kind=api&scope=owned&q=pay&sort=owner&dir=desc&type=openapi&type=grpc&owner=group:default/team-a';
    const search = read(address);
    expect(read(stringifySearch(search))).toEqual(search);
    expect(search.type).toEqual(['openapi', 'grpc']);
  });

  it('leaves defaults out', () => {
    expect(stringifySearch(read('?kind=component&scope=all'))).toBe('');
  });

  it('ignores what it does not know', () => {
    expect(stringifySearch(read('?scope=theirs&dir=up&group=colour&nonsense=1'))).toBe('');
  });
});

describe('the predicate', () => {
  it('is the kind alone without filters', () => {
    expect(predicateOf({}, MINE)).toEqual({ kind: 'component' });
  });

  it('joins facets with and, and the values of a facet with or', () => {
    expect(predicateOf(read('?type=service&tag=go&tag=java'), MINE)).toEqual({
      $all: [{ kind: 'component' }, { 'spec.type': 'service' }, { 'metadata.tags': { $in: ['go', 'java'] } }],
    });
  });

  it('leaves one facet out for its own counts', () => {
    expect(predicateOf(read('?type=service&tag=go'), MINE, 'tag')).toEqual({
      $all: [{ kind: 'component' }, { 'spec.type': 'service' }],
    });
  });

  it('asks for what my groups own', () => {
    expect(predicateOf({ scope: 'owned' }, MINE)).toEqual({
      $all: [{ kind: 'component' }, { 'relations.ownedBy': { $in: MINE.owned } }],
    });
  });

  it('matches nothing when nothing is starred', () => {
    expect(predicateOf({ scope: 'starred' }, { owned: [], starred: [] })).toEqual({
      $all: [{ kind: 'component' }, { $any: [] }],
    });
  });

  it('says everything for all kinds', () => {
    expect(predicateOf({ kind: 'all' }, MINE)).toEqual({ $all: [] });
  });
});

it('toggles values in and out', () => {
  const once = toggled({}, 'tag', 'go');
  expect(once.tag).toEqual(['go']);
  expect(toggled(once, 'tag', 'go').tag).toBeUndefined();
});

it('clears filters and keeps kind and order', () => {
  expect(cleared({ kind: 'api', sort: 'owner', tag: ['go'], q: 'x' })).toEqual({
    kind: 'api',
    sort: 'owner',
  });
  expect(filterCount({ kind: 'api', tag: ['go'], q: 'x', scope: 'owned' })).toBe(3);
});
