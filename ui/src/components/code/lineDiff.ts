// The difference of two texts by lines: the shortest edit script (Myers), bounded so that no input takes for ever.

export type DiffLine = { type: 'same' | 'add' | 'del'; text: string; before?: number; after?: number };

const MOST_EDITS = 4000;

/** The lines of both texts in order, each marked as kept, added or taken out. */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = before === '' ? [] : before.replace(/\n$/, '').split('\n');
  const b = after === '' ? [] : after.replace(/\n$/, '').split('\n');
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (
    end < a.length - start &&
    end < b.length - start &&
    a[a.length - 1 - end] === b[b.length - 1 - end]
  ) {
    end += 1;
  }
  const lines: DiffLine[] = [];
  for (let i = 0; i < start; i += 1)
    lines.push({ type: 'same', text: a[i] ?? '', before: i + 1, after: i + 1 });
  lines.push(...middle(a.slice(start, a.length - end), b.slice(start, b.length - end), start));
  for (let i = end; i > 0; i -= 1) {
    const [x, y] = [a.length - i, b.length - i];
    lines.push({ type: 'same', text: a[x] ?? '', before: x + 1, after: y + 1 });
  }
  return lines;
}

function middle(a: string[], b: string[], shift: number): DiffLine[] {
  const trace = shortestTrace(a, b);
  if (!trace) {
    // Too different to compare line by line: everything out, everything in.
    return [
      ...a.map((text, i): DiffLine => ({ type: 'del', text, before: shift + i + 1 })),
      ...b.map((text, i): DiffLine => ({ type: 'add', text, after: shift + i + 1 })),
    ];
  }
  const lines: DiffLine[] = [];
  let [x, y] = [a.length, b.length];
  for (let d = trace.length - 1; d >= 0; d -= 1) {
    const reach = trace[d] ?? new Map<number, number>();
    const k = x - y;
    const down = k === -d || (k !== d && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
    const fromK = down ? k + 1 : k - 1;
    const fromX = d === 0 ? 0 : (reach.get(fromK) ?? 0);
    const fromY = d === 0 ? 0 : fromX - fromK;
    while (x > fromX && y > fromY) {
      x -= 1;
      y -= 1;
      lines.push({ type: 'same', text: a[x] ?? '', before: shift + x + 1, after: shift + y + 1 });
    }
    if (d === 0) break;
    if (down) {
      y -= 1;
      lines.push({ type: 'add', text: b[y] ?? '', after: shift + y + 1 });
    } else {
      x -= 1;
      lines.push({ type: 'del', text: a[x] ?? '', before: shift + x + 1 });
    }
  }
  return lines.reverse();
}

/** For each number of edits, how far each diagonal reached before it; undefined when there are too many edits. */
function shortestTrace(a: string[], b: string[]): Map<number, number>[] | undefined {
  const trace: Map<number, number>[] = [];
  let reach = new Map<number, number>([[1, 0]]);
  const most = Math.min(MOST_EDITS, a.length + b.length);
  for (let d = 0; d <= most; d += 1) {
    trace.push(new Map(reach));
    const next = new Map(reach);
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (next.get(k - 1) ?? -1) < (next.get(k + 1) ?? -1));
      let x = down ? (next.get(k + 1) ?? 0) : (next.get(k - 1) ?? 0) + 1;
      let y = x - k;
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x += 1;
        y += 1;
      }
      next.set(k, x);
      if (x >= a.length && y >= b.length) return trace;
    }
    reach = next;
  }
  return undefined;
}

export type Hunk = { lines: DiffLine[]; skipped: number };

/** Only the changed lines and a few round them; `skipped` counts the kept lines left out before each hunk. */
export function hunks(lines: DiffLine[], context = 3): Hunk[] {
  const keep = new Set<number>();
  lines.forEach((line, index) => {
    if (line.type === 'same') return;
    for (let i = index - context; i <= index + context; i += 1) keep.add(i);
  });
  const found: Hunk[] = [];
  let skipped = 0;
  let current: Hunk | undefined;
  lines.forEach((line, index) => {
    if (keep.has(index)) {
      if (!current) {
        current = { lines: [], skipped };
        found.push(current);
      }
      current.lines.push(line);
      skipped = 0;
    } else {
      current = undefined;
      skipped += 1;
    }
  });
  return found;
}
