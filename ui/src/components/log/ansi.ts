// Terminal colours in text, as styled parts. Everything else that a terminal would obey is left out.

export type Style = {
  color?: string;
  background?: string;
  bold?: true;
  dim?: true;
  italic?: true;
  underline?: true;
};

export type Span = { text: string; style: Style };

/** The sixteen colours; the sheet of the log gives each a shade for the light and for the dark theme. */
const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
const named = (index: number, bright: boolean) => `var(--ansi-${bright ? 'bright-' : ''}${NAMES[index]})`;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that terminals are told with
const SEQUENCE = /\u001b\[([0-9;:]*)([@-~])|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-Z\\-_]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what is neither text nor a tab would be drawn as a box
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

const LEVELS = [0, 95, 135, 175, 215, 255];

/** One of the 256 colours of the wider palette. */
function indexed(index: number): string | undefined {
  if (!Number.isInteger(index) || index < 0 || index > 255) return undefined;
  if (index < 16) return named(index % 8, index > 7);
  if (index > 231) {
    const grey = 8 + (index - 232) * 10;
    return `rgb(${grey} ${grey} ${grey})`;
  }
  const cube = index - 16;
  const [r, g, b] = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((each) => LEVELS[each]);
  return `rgb(${r} ${g} ${b})`;
}

/** Reads the colour that follows 38 or 48, and how many codes it took. */
function extended(codes: number[], at: number): { color: string | undefined; taken: number } {
  if (codes[at] === 5) return { color: indexed(codes[at + 1] ?? -1), taken: 2 };
  if (codes[at] === 2) {
    const parts = codes.slice(at + 1, at + 4);
    const valid = parts.length === 3 && parts.every((each) => each >= 0 && each <= 255);
    return { color: valid ? `rgb(${parts.join(' ')})` : undefined, taken: 4 };
  }
  return { color: undefined, taken: 1 };
}

function applied(style: Style, codes: number[]): Style {
  let next: Style = { ...style };
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 0) next = {};
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 3) next.italic = true;
    else if (code === 4) next.underline = true;
    else if (code === 22) {
      delete next.bold;
      delete next.dim;
    } else if (code === 23) delete next.italic;
    else if (code === 24) delete next.underline;
    else if (code >= 30 && code <= 37) next.color = named(code - 30, false);
    else if (code >= 90 && code <= 97) next.color = named(code - 90, true);
    else if (code >= 40 && code <= 47) next.background = named(code - 40, false);
    else if (code >= 100 && code <= 107) next.background = named(code - 100, true);
    else if (code === 39) delete next.color;
    else if (code === 49) delete next.background;
    else if (code === 38 || code === 48) {
      const { color, taken } = extended(codes, at + 1);
      at += taken;
      if (color) next[code === 38 ? 'color' : 'background'] = color;
    }
  }
  return next;
}

/** The parts of one line. */
export function ansiSpans(line: string): Span[] {
  const spans: Span[] = [];
  let style: Style = {};
  let from = 0;
  const add = (text: string) => {
    const clean = text.replace(CONTROL, '');
    if (clean) spans.push({ text: clean, style });
  };
  for (const match of line.matchAll(SEQUENCE)) {
    add(line.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === 'm') style = applied(style, (match[1] ?? '').split(/[;:]/).map(Number));
  }
  add(line.slice(from));
  return spans;
}

/** The text alone, for searching and for files. */
export function plainText(line: string): string {
  return line.replace(SEQUENCE, '').replace(CONTROL, '');
}
