// Which members of an entity a change touched, as dotted paths.

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Members that the server writes itself; they change with every change and say nothing. */
const OWN = new Set(['metadata.etag', 'metadata.uid']);

export function changedFields(before: unknown, after: unknown, path = ''): string[] {
  if (isObject(before) && isObject(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      changedFields(before[key], after[key], path ? `${path}.${key}` : key),
    );
  }
  if (JSON.stringify(before) === JSON.stringify(after) || OWN.has(path)) return [];
  return [path];
}
