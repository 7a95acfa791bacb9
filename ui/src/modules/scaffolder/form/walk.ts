// Walking through the schema of a form, wherever it says something about a property: conditions, dependencies, choices.

import type { FormStep, Json } from '@/api/scaffolder';

export const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A template may be written by anybody; a schema deeper than this is not walked through. */
const DEEPEST = 30;

const branches = (schema: Json): Json[] => {
  const lists = ['allOf', 'anyOf', 'oneOf'].flatMap((key) => (Array.isArray(schema[key]) ? schema[key] : []));
  const single = ['if', 'then', 'else'].map((key) => schema[key]);
  const dependent = ['dependencies', 'dependentSchemas'].flatMap((key) =>
    isRecord(schema[key]) ? Object.values(schema[key]) : [],
  );
  return [...lists, ...single, ...dependent].filter(isRecord);
};

export type Visit = (path: string[], schema: Json) => void;

/** Calls `visit` for each property that may occur, in any branch, with its path. */
export function eachProperty(schema: Json, visit: Visit, path: string[] = [], depth = 0): void {
  if (depth > DEEPEST) return;
  if (isRecord(schema.properties)) {
    for (const [name, property] of Object.entries(schema.properties)) {
      if (!isRecord(property)) continue;
      visit([...path, name], property);
      eachProperty(property, visit, [...path, name], depth + 1);
    }
  }
  if (isRecord(schema.items)) {
    visit([...path, '*'], schema.items);
    eachProperty(schema.items, visit, [...path, '*'], depth + 1);
  }
  for (const branch of branches(schema)) eachProperty(branch, visit, path, depth + 1);
}

/** Whether what is typed there must never be shown or stored. */
export function isSecret(schema: Json): boolean {
  const options = isRecord(schema['ui:options']) ? schema['ui:options'] : {};
  return (
    schema['ui:field'] === 'Secret' || schema['ui:widget'] === 'password' || options.widget === 'password'
  );
}

export type SecretField = { name: string; title: string };

/** The fields whose values go to the secrets of a task. */
export function secretFields(steps: FormStep[]): SecretField[] {
  const found = new Map<string, SecretField>();
  for (const step of steps) {
    eachProperty(step.schema, (path, schema) => {
      const name = path.at(-1);
      if (schema['ui:field'] === 'Secret' && name) {
        found.set(name, { name, title: typeof schema.title === 'string' ? schema.title : name });
      }
    });
  }
  return [...found.values()];
}

/** The values of a form without any that must not be kept. */
export function withoutSecrets(values: Json, steps: FormStep[]): Json {
  const copy = structuredClone(values);
  for (const step of steps) {
    eachProperty(step.schema, (path, schema) => {
      if (isSecret(schema)) removeAt(copy, path);
    });
  }
  return copy;
}

function removeAt(value: unknown, [name, ...rest]: string[]): void {
  if (name === undefined) return;
  if (name === '*') {
    if (!Array.isArray(value)) return;
    if (rest.length === 0) value.length = 0;
    for (const each of value) removeAt(each, rest);
    return;
  }
  if (!isRecord(value) || !Object.hasOwn(value, name)) return;
  if (rest.length === 0) delete value[name];
  else removeAt(value[name], rest);
}

/** True if a value of this path can stand in this step. */
export function holdsPath(step: FormStep, path: (string | number)[]): boolean {
  const wanted = path.map((part) => (typeof part === 'number' ? '*' : part));
  let found = wanted.length === 0;
  eachProperty(step.schema, (each) => {
    found ||= each.length === wanted.length && each.every((part, index) => part === wanted[index]);
  });
  return found;
}
