import { describe, expect, it } from 'vitest';
import { diffLines, hunks } from './lineDiff';

const marked = (before: string, after: string) =>
  diffLines(before, after).map((line) => `${{ same: ' ', add: '+', del: '-' }[line.type]}${line.text}`);

describe('the difference of two texts', () => {
  it('is empty marks for equal texts', () => {
    expect(marked('a\nb\n', 'a\nb\n')).toEqual([' a', ' b']);
  });

  it('finds a changed line', () => {
    expect(marked('a\nb\nc\n', 'a\nx\nc\n')).toEqual([' a', '-b', '+x', ' c']);
  });

  it('finds lines put in and taken out', () => {
    expect(marked('a\nc\n', 'a\nb\nc\nd\n')).toEqual([' a', '+b', ' c', '+d']);
    expect(marked('a\nb\nc\nd\n', 'b\nd\n')).toEqual(['-a', ' b', '-c', ' d']);
  });

  it('handles nothing on either side', () => {
    expect(marked('', 'a\nb\n')).toEqual(['+a', '+b']);
    expect(marked('a\n', '')).toEqual(['-a']);
    expect(marked('', '')).toEqual([]);
  });

  it('numbers lines on both sides', () => {
    expect(diffLines('a\nb\n', 'x\na\nb\n')).toEqual([
      { type: 'add', text: 'x', after: 1 },
      { type: 'same', text: 'a', before: 1, after: 2 },
      { type: 'same', text: 'b', before: 2, after: 3 },
    ]);
  });

  it('rebuilds both texts, for many random ones', () => {
    let seed = 7;
    const random = (most: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % most;
    };
    const text = () => Array.from({ length: random(12) }, () => 'abc'[random(3)]).join('\n');
    for (let round = 0; round < 300; round += 1) {
      const [before, after] = [text(), text()];
      const lines = diffLines(before, after);
      expect(
        lines
          .filter((line) => line.type !== 'add')
          .map((line) => line.text)
          .join('\n'),
      ).toBe(before);
      expect(
        lines
          .filter((line) => line.type !== 'del')
          .map((line) => line.text)
          .join('\n'),
      ).toBe(after);
    }
  });
});

it('shows changes with their surroundings only', () => {
  const before = Array.from({ length: 40 }, (_, index) => `line ${index}`);
  const after = before.with(20, 'other');
  const [hunk, ...rest] = hunks(diffLines(before.join('\n'), after.join('\n')));
  expect(rest).toEqual([]);
  expect(hunk?.skipped).toBe(17);
  expect(hunk?.lines).toHaveLength(8);
});
