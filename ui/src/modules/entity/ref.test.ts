import { describe, expect, it } from 'vitest';
import { formatRef, parseRef, shortRef } from './ref';

describe('parseRef', () => {
  it.each([
    ['component:default/web', { kind: 'component', namespace: 'default', name: 'web' }],
    ['component:web', { kind: 'component', namespace: 'default', name: 'web' }],
    ['Group:media/Team-A', { kind: 'Group', namespace: 'media', name: 'Team-A' }],
    ['a:b:c/d/e', { kind: 'a', namespace: 'b:c', name: 'd/e' }],
  ])('reads %s', (text, ref) => {
    expect(parseRef(text)).toEqual(ref);
  });

  it('takes what is missing from the defaults', () => {
    expect(parseRef('team-a', { kind: 'group', namespace: 'media' })).toEqual({
      kind: 'group',
      namespace: 'media',
      name: 'team-a',
    });
  });

  it('keeps a colon behind the slash in the name', () => {
    expect(parseRef('ns/a:b', { kind: 'group' })).toEqual({ kind: 'group', namespace: 'ns', name: 'a:b' });
  });

  it.each(['', ':', ':x', 'component:', 'component:/x', 'component:x/', 'x'])('refuses "%s"', (text) => {
    expect(parseRef(text)).toBeUndefined();
  });
});

it('formats in lower case', () => {
  expect(formatRef({ kind: 'Component', namespace: 'Default', name: 'Web' })).toBe('component:default/web');
});

it('leaves the default namespace out of a short reference', () => {
  expect(shortRef({ kind: 'group', namespace: 'default', name: 'team-a' })).toBe('team-a');
  expect(shortRef({ kind: 'group', namespace: 'media', name: 'team-a' })).toBe('media/team-a');
});
