// Predicates in the form that the catalog's POST routes take.

export type Primitive = string | number | boolean;
export type Condition = Primitive | { $exists: boolean } | { $in: Primitive[] } | { $hasPrefix: string };
export type Predicate =
  | { $all: Predicate[] }
  | { $any: Predicate[] }
  | { $not: Predicate }
  | { [field: string]: Condition };

/** All of these; parts that say nothing are left out. */
export function all(...parts: (Predicate | undefined)[]): Predicate {
  const said = parts.filter((part): part is Predicate => part !== undefined);
  const [only] = said;
  return said.length === 1 && only ? only : { $all: said };
}

/** One of these values, or nothing said for an empty list. */
export function oneOf(field: string, values: readonly string[]): Predicate | undefined {
  const [only] = values;
  if (values.length === 0) return undefined;
  return values.length === 1 && only !== undefined ? { [field]: only } : { [field]: { $in: [...values] } };
}
