// `catalogFilter` of the pickers as a predicate of the catalog: a record, or several of which one must hold.

import { all, type Condition, type Predicate, type Primitive } from '@/api/predicate';
import { isRecord } from './walk';

const primitive = (value: unknown): value is Primitive =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

function condition(value: unknown): Condition | undefined {
  if (Array.isArray(value)) return { $in: value.filter(primitive) };
  if (isRecord(value)) return typeof value.exists === 'boolean' ? { $exists: value.exists } : undefined;
  return primitive(value) ? value : undefined;
}

function record(filter: Record<string, unknown>): Predicate {
  const parts = Object.entries(filter).flatMap(([key, value]): Predicate[] => {
    const said = condition(value);
    return said === undefined ? [] : [{ [key]: said }];
  });
  return all(...parts);
}

/** Undefined where the template says nothing. */
export function filterPredicate(filter: unknown): Predicate | undefined {
  if (Array.isArray(filter)) {
    const records = filter.filter(isRecord);
    return records.length > 0 ? { $any: records.map(record) } : undefined;
  }
  return isRecord(filter) ? record(filter) : undefined;
}

/** The filter of a picker: its own, else the kinds that it allows. */
export function pickerPredicate(options: Record<string, unknown>, kinds: string[] = []): Predicate {
  const own = filterPredicate(options.catalogFilter);
  if (own) return own;
  const allowed = Array.isArray(options.allowedKinds) ? options.allowedKinds.map(String) : kinds;
  return allowed.length > 0 ? { kind: { $in: allowed } } : {};
}
