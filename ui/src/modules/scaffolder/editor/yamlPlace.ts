// Where in a YAML file the cursor stands: under which keys, in a key or in a value. It works on lines, because a file
// that is being written does not parse.

export type Place = {
  /** Keys from the root; `[]` for an item of a list. */
  path: string[];
  /** Set if the cursor is behind `key:`. */
  key: string | undefined;
  /** What has been typed of the key or the value. */
  typed: string;
  /** Keys that stand beside it. */
  siblings: string[];
  /** The action of the step that the cursor is in. */
  action: string | undefined;
};

type Line = {
  indent: number;
  content: number;
  dash: boolean;
  key: string | undefined;
  value: string;
  blank: boolean;
};

// A colon ends a key only before a space: `ui:field` is one.
const KEY = /^(?:"([^"]*)"|'([^']*)'|((?:[^\s#'"[{:]|:(?!\s|$))(?:[^:#]|:(?!\s|$))*?))\s*:(?:\s+(.*)|)$/;

function readLine(text: string): Line {
  const match = text.match(/^(\s*)((?:-\s+|-$)*)(.*)$/);
  const [, space = '', dashes = '', rest = ''] = match ?? [];
  const key = rest.match(KEY);
  return {
    indent: space.length,
    content: space.length + dashes.length,
    dash: dashes !== '',
    key: key ? (key[1] ?? key[2] ?? key[3]) : undefined,
    value: key?.[4] ?? '',
    blank: /^\s*(#.*)?$/.test(text),
  };
}

/** The lines of the mapping that holds a row: those of the same indentation, up to what encloses them. */
function block(lines: Line[], row: number): Line[] {
  const here = lines[row];
  if (!here) return [];
  const found: Line[] = [];
  const level = here.content;
  if (!here.dash) {
    for (let at = row - 1; at >= 0; at -= 1) {
      const line = lines[at] as Line;
      if (line.blank) continue;
      if (line.content < level) break;
      if (line.content === level) found.push(line);
      if (line.content === level && line.dash) break;
    }
  }
  for (let at = row + 1; at < lines.length; at += 1) {
    const line = lines[at] as Line;
    if (line.blank) continue;
    if (line.indent < level) break;
    if (line.content === level) found.push(line);
  }
  return found;
}

export function placeAt(text: string, position: number): Place {
  const rows = text.split('\n');
  const before = text.slice(0, position);
  const row = before.split('\n').length - 1;
  const head = before.slice(before.lastIndexOf('\n') + 1);
  const lines = rows.map(readLine);
  const here = { ...readLine(head), blank: false };
  lines[row] = here;

  const path: string[] = [];
  let level = here.content;
  let inList = here.dash;
  let action: string | undefined;
  if (inList) {
    path.unshift('[]');
    level = here.indent;
  }
  const actionBeside = (at: number) => {
    action ??= [...block(lines, at), lines[at] as Line].find((line) => line.key === 'action')?.value.trim();
  };
  if (inList) actionBeside(row);
  for (let at = row - 1; at >= 0 && (level > 0 || inList); at -= 1) {
    const line = lines[at] as Line;
    if (line.blank) continue;
    if (inList) {
      if (line.key === undefined || line.content > level || (line.dash && line.indent === level)) continue;
      path.unshift(line.key);
      level = line.content;
      inList = false;
    } else if (line.dash && line.content === level) {
      actionBeside(at);
    } else if (line.key !== undefined && line.content < level) {
      path.unshift(line.key);
      level = line.content;
    } else continue;
    if (line.dash) {
      actionBeside(at);
      path.unshift('[]');
      level = line.indent;
      inList = true;
    }
  }
  const typed = here.key === undefined ? head.slice(here.content) : here.value;
  return {
    path,
    key: here.key,
    typed,
    siblings: block(lines, row).flatMap((line) => line.key ?? []),
    action: action || undefined,
  };
}
