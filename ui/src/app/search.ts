// The query part of an address: repeated keys for lists, plain text for everything else.

export type RawSearch = Record<string, string | string[]>;

export function parseSearch(search: string): RawSearch {
  const raw: RawSearch = {};
  for (const [key, value] of new URLSearchParams(search)) {
    const before = raw[key];
    if (before === undefined) raw[key] = value;
    else raw[key] = [...(Array.isArray(before) ? before : [before]), value];
  }
  return raw;
}

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    const values = Array.isArray(value) ? value : [value];
    for (const each of values) {
      if (each !== undefined && each !== null && each !== '') params.append(key, String(each));
    }
  }
  const text = params.toString().replace(/%3A/g, ':').replace(/%2F/g, '/');
  return text ? `?${text}` : '';
}

/** A list from a raw value, or undefined for an empty one. Numbers come from links made inside the portal. */
export function list(value: unknown): string[] | undefined {
  const values = (Array.isArray(value) ? value : [value])
    .map((each) => (typeof each === 'number' ? String(each) : each))
    .filter((each): each is string => typeof each === 'string' && each !== '');
  return values.length > 0 ? [...new Set(values)] : undefined;
}

/** The last text from a raw value. */
export function one(value: unknown): string | undefined {
  return list(value)?.at(-1);
}

/** A text that must be one of these. */
export function oneOf<T extends string>(value: unknown, allowed: readonly T[]): T | undefined {
  const text = one(value);
  return allowed.find((each) => each === text);
}

/** A whole number within bounds. */
export function whole(value: unknown, least: number, most: number): number | undefined {
  const text = one(value);
  if (text === undefined || !/^\d+$/.test(text)) return undefined;
  return Math.min(most, Math.max(least, Number(text)));
}
