import { expect, it } from 'vitest';
import { ansiSpans, plainText } from './ansi';

it('gives colours to the text that they were said for, and to no more', () => {
  expect(ansiSpans('\u001b[32minfo\u001b[39m: Hello')).toEqual([
    { text: 'info', style: { color: 'var(--ansi-green)' } },
    { text: ': Hello', style: {} },
  ]);
});

it('knows bold, bright, the wider palette and true colour', () => {
  const [bold, palette, exact] = ansiSpans('\u001b[1;91ma\u001b[0;38;5;196mb\u001b[38;2;1;2;3mc');
  expect(bold?.style).toEqual({ bold: true, color: 'var(--ansi-bright-red)' });
  expect(palette?.style).toEqual({ color: 'rgb(255 0 0)' });
  expect(exact?.style).toEqual({ color: 'rgb(1 2 3)' });
});

it.each([
  ['moves of the cursor', '\u001b[2K\u001b[1Adone', 'done'],
  ['titles of windows', '\u001b]0;evil\u0007done', 'done'],
  ['links', '\u001b]8;;javascript:alert(1)\u001b\\done\u001b]8;;\u001b\\', 'done'],
  ['bells and carriage returns', 'do\u0007ne\r', 'done'],
])('leaves out %s', (_what, line, text) => {
  expect(plainText(line)).toBe(text);
  expect(ansiSpans(line).map((span) => span.text)).toEqual([text]);
});

it('takes numbers that mean nothing without harm', () => {
  expect(ansiSpans('\u001b[38;5;999mx\u001b[38;2;9mx\u001b[77mx').map((span) => span.text)).toEqual([
    'x',
    'x',
    'x',
  ]);
});
