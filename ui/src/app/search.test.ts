import { expect, it } from 'vitest';
import { list, one, parseSearch, stringifySearch, whole } from './search';

it('writes lists as repeated keys and reads them back', () => {
  const search = { kind: 'api', tag: ['c++', 'a b'], q: 'x&y=z' };
  const text = stringifySearch(search);
  expect(text).toBe('?kind=api&tag=c%2B%2B&tag=a+b&q=x%26y%3Dz');
  expect(parseSearch(text)).toEqual(search);
});

it('keeps references readable', () => {
  expect(stringifySearch({ owner: ['group:default/team-a'] })).toBe('?owner=group:default/team-a');
});

it('leaves empty values out', () => {
  expect(stringifySearch({ a: undefined, b: '', c: [] })).toBe('');
});

it('reads lists without repetitions and takes the last of several single values', () => {
  expect(list(['a', 'a', '', 'b'])).toEqual(['a', 'b']);
  expect(list('')).toBeUndefined();
  expect(one(['a', 'b'])).toBe('b');
});

it('keeps numbers within their bounds and refuses anything else', () => {
  expect(whole('3', 1, 6)).toBe(3);
  expect(whole(3, 1, 6)).toBe(3);
  expect(whole('99', 1, 6)).toBe(6);
  expect(whole('-1', 1, 6)).toBeUndefined();
  expect(whole('x', 1, 6)).toBeUndefined();
});
