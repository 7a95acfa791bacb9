// What fields know beyond their schema: names that the catalog takes, repositories that are complete, entities that
// exist. Some of it only the server knows, so it is asked before one goes on.

import type { ErrorSchema } from '@rjsf/utils';
import { all, type Predicate } from '@/api/predicate';
import { fetchPage } from '@/api/queries/entities';
import type { FormStep, Json } from '@/api/scaffolder';
import { parseRef } from '@/modules/entity/ref';
import { pickerPredicate } from './catalogFilter';
import { repoUrlProblems } from './repo/hosts';
import { eachProperty, isRecord } from './walk';

const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const TAG = /^[a-z0-9:+#]+(-[a-z0-9:+#]+)*$/;
const LONGEST = 63;

export function nameProblem(name: string): string | undefined {
  if (name.length > LONGEST) return `At most ${LONGEST} characters`;
  return NAME.test(name)
    ? undefined
    : 'Letters, digits, dashes, dots and underscores only, with a letter or digit at both ends';
}

export function tagProblem(tag: string): string | undefined {
  if (tag.length > LONGEST) return `${tag}: at most ${LONGEST} characters`;
  return TAG.test(tag) ? undefined : `${tag}: lower-case letters, digits, : + # and single dashes only`;
}

/** Finds out whether an entity is among those that a picker offers. */
async function isOffered(ref: string, query: Predicate): Promise<boolean> {
  const parsed = parseRef(ref);
  if (!parsed) return false;
  const one: Predicate = {
    $all: [
      { kind: parsed.kind },
      { 'metadata.namespace': parsed.namespace },
      { 'metadata.name': parsed.name },
    ],
  };
  return (await fetchPage({ query: all(query, one) }, { limit: 0 })).totalItems > 0;
}

const ENTITY_KINDS: Record<string, string[]> = {
  EntityPicker: [],
  MultiEntityPicker: [],
  OwnedEntityPicker: [],
  OwnerPicker: ['Group', 'User'],
};

async function problemsOf(schema: Json, value: unknown): Promise<string[]> {
  const field = schema['ui:field'];
  if (typeof field !== 'string' || value === undefined || value === null || value === '') return [];
  const options = isRecord(schema['ui:options']) ? schema['ui:options'] : {};
  if (field === 'EntityNamePicker' && typeof value === 'string') return [nameProblem(value) ?? []].flat();
  if (field === 'EntityTagsPicker' && Array.isArray(value)) {
    return value.flatMap((tag) => tagProblem(String(tag)) ?? []);
  }
  if (field === 'RepoUrlPicker' && typeof value === 'string') return repoUrlProblems(value);
  const kinds = ENTITY_KINDS[field];
  if (!kinds) return [];
  const refs = (Array.isArray(value) ? value : [value]).map(String);
  const wrong = refs.filter((ref) => !parseRef(ref, { kind: String(options.defaultKind ?? kinds[0] ?? '') }));
  if (wrong.length > 0) return wrong.map((ref) => `${ref} is not an entity reference`);
  if (options.allowArbitraryValues !== false) return [];
  const query = pickerPredicate(options, kinds);
  // A catalog that can't be asked at the moment must not keep anybody from going on: the server has the last word.
  const offered = await Promise.all(refs.map((ref) => isOffered(ref, query).catch(() => true)));
  return refs
    .filter((_, index) => !offered[index])
    .map((ref) => `${ref} is not among what may be chosen here`);
}

function valueAt(values: unknown, path: string[]): unknown {
  let current = values;
  for (const part of path) {
    if (!isRecord(current)) return undefined;
    current = current[part];
  }
  return current;
}

export function errorAt(into: Json, path: (string | number)[], messages: string[]): void {
  let current = into;
  for (const part of path) {
    const next = isRecord(current[part]) ? current[part] : {};
    current[part] = next;
    current = next;
  }
  const before = Array.isArray(current.__errors) ? current.__errors : [];
  current.__errors = [...new Set([...before, ...messages])];
}

/** Everything that the fields of a page find wrong, as the form takes it; undefined if that is nothing. */
export async function checkFields(step: FormStep, values: Json): Promise<ErrorSchema | undefined> {
  const found: { path: string[]; schema: Json }[] = [];
  eachProperty(step.schema, (path, schema) => {
    if (schema['ui:field'] !== undefined && !path.includes('*')) found.push({ path, schema });
  });
  const errors: Json = {};
  await Promise.all(
    found.map(async ({ path, schema }) => {
      const problems = await problemsOf(schema, valueAt(values, path));
      if (problems.length > 0) errorAt(errors, path, problems);
    }),
  );
  return Object.keys(errors).length > 0 ? (errors as ErrorSchema) : undefined;
}
