// A page of a template's parameters as what the form library takes: the schema, and apart from it what its `ui:` keys say.

import type { RJSFSchema, UiSchema } from '@rjsf/utils';
import type { FormStep, Json } from '@/api/scaffolder';
import { isRecord } from './walk';

/** Where an unknown field or widget was named, so that the form can say so there. */
export const UNKNOWN = 'ui:callboard:unknown';

/** The field for objects whose inside is left to whoever fills in the form. */
export const OBJECT_TEXT = 'callboard:object';

const INSIDES = [
  'properties',
  'additionalProperties',
  'patternProperties',
  'oneOf',
  'anyOf',
  'allOf',
  '$ref',
  'if',
];

function isOpenObject(schema: Json, ui: Json): boolean {
  return (
    typeOf(schema) === 'object' &&
    ui['ui:field'] === undefined &&
    !INSIDES.some((key) => schema[key] !== undefined)
  );
}

export type PreparedStep = {
  title: string;
  description: string | undefined;
  schema: RJSFSchema;
  uiSchema: UiSchema;
};

export type Known = { fields: ReadonlySet<string>; flag: (name: string) => boolean };

const WIDGETS: Record<string, string[]> = {
  boolean: ['checkbox', 'radio', 'select', 'hidden'],
  string:
    'text password email hostname ipv4 ipv6 uri data-url radio select textarea hidden date datetime date-time alt-date alt-datetime time color file'.split(
      ' ',
    ),
  number: ['text', 'select', 'updown', 'range', 'radio', 'hidden'],
  integer: ['text', 'select', 'updown', 'range', 'radio', 'hidden'],
  array: ['select', 'checkboxes', 'files', 'hidden'],
  object: ['hidden'],
};

const DEEPEST = 40;

/** Flags are kept where Backstage keeps them. */
export function featureFlag(name: string): boolean {
  try {
    const flags: unknown = JSON.parse(localStorage.getItem('featureFlags') ?? '{}');
    return isRecord(flags) && Boolean(flags[name]);
  } catch {
    return false;
  }
}

function typeOf(schema: Json): string | undefined {
  const { type } = schema;
  if (Array.isArray(type)) return type.find((each) => each !== 'null');
  if (typeof type === 'string') return type;
  if (isRecord(schema.properties)) return 'object';
  return Array.isArray(schema.enum) || 'const' in schema ? 'string' : undefined;
}

/** Takes out what a form can't draw and notes it, so that one wrong word does not take the whole form away. */
function checked(schema: Json, ui: Json, known: Known): Json {
  const options = isRecord(ui['ui:options']) ? { ...ui['ui:options'] } : undefined;
  const next: Json = { ...ui, ...(options ? { 'ui:options': options } : {}) };
  const unknown: string[] = [];
  const field = next['ui:field'];
  if (field !== undefined && (typeof field !== 'string' || !known.fields.has(field))) {
    unknown.push(`field ${String(field)}`);
    delete next['ui:field'];
  }
  const type = typeOf(schema);
  const fits = (widget: unknown) =>
    typeof widget === 'string' && (type === undefined || (WIDGETS[type]?.includes(widget) ?? false));
  if (next['ui:widget'] !== undefined && !fits(next['ui:widget'])) {
    unknown.push(`widget ${String(next['ui:widget'])}`);
    delete next['ui:widget'];
  }
  if (options?.widget !== undefined && !fits(options.widget)) {
    unknown.push(`widget ${String(options.widget)}`);
    delete options.widget;
  }
  // Layouts are code of the frontend that they were written for.
  for (const key of Object.keys(next)) if (/^ui:\w+Template$/.test(key)) delete next[key];
  const order = next['ui:order'];
  if (Array.isArray(order) && !order.includes('*')) next['ui:order'] = [...order, '*'];
  if (order !== undefined && !Array.isArray(order)) delete next['ui:order'];
  if (Array.isArray(schema.enumNames) && next['ui:enumNames'] === undefined)
    next['ui:enumNames'] = schema.enumNames;
  if (unknown.length > 0) next[UNKNOWN] = unknown.join(', ');
  return next;
}

function merged(before: unknown, more: Json): Json {
  if (!isRecord(before)) return more;
  const all: Json = { ...before };
  for (const [key, value] of Object.entries(more)) {
    all[key] = isRecord(value) && isRecord(all[key]) ? merged(all[key], value) : value;
  }
  return all;
}

type Split = { schema: Json; ui: Json };

function flagged(schema: Json, known: Known): boolean {
  const backstage = isRecord(schema.backstage) ? schema.backstage : {};
  const flag = schema['backstage:featureFlag'] ?? backstage.featureFlag;
  return typeof flag === 'string' && !known.flag(flag);
}

function split(input: Json, known: Known, depth = 0): Split {
  if (depth > DEEPEST) return { schema: {}, ui: {} };
  const schema: Json = {};
  let ui: Json = {};
  for (const [key, value] of Object.entries(input)) {
    if (key.startsWith('ui:')) ui[key] = value;
    else if (key !== 'enumNames' && key !== 'backstage:featureFlag') schema[key] = value;
  }
  ui = checked(input, ui, known);
  const take = (value: unknown): unknown => {
    if (!isRecord(value)) return value;
    const inner = split(value, known, depth + 1);
    ui = merged(ui, inner.ui);
    return inner.schema;
  };
  if (isRecord(input.properties)) {
    const properties: Json = {};
    const dropped: string[] = [];
    for (const [name, property] of Object.entries(input.properties)) {
      if (!isRecord(property)) {
        properties[name] = property;
        continue;
      }
      if (flagged(property, known)) {
        dropped.push(name);
        continue;
      }
      const inner = split(property, known, depth + 1);
      properties[name] = inner.schema;
      if (isOpenObject(property, inner.ui) && inner.ui['ui:widget'] !== 'hidden')
        inner.ui['ui:field'] = OBJECT_TEXT;
      if (Object.keys(inner.ui).length > 0) ui[name] = merged(ui[name], inner.ui);
    }
    schema.properties = properties;
    if (dropped.length > 0 && Array.isArray(input.required)) {
      schema.required = input.required.filter((name) => !dropped.includes(String(name)));
    }
  }
  if (isRecord(input.items)) {
    const inner = split(input.items, known, depth + 1);
    schema.items = inner.schema;
    if (Object.keys(inner.ui).length > 0) ui.items = merged(ui.items, inner.ui);
  }
  for (const key of ['allOf', 'anyOf', 'oneOf']) {
    if (Array.isArray(input[key])) schema[key] = input[key].map(take);
  }
  for (const key of ['if', 'then', 'else']) {
    if (input[key] !== undefined) schema[key] = take(input[key]);
  }
  for (const key of ['dependencies', 'dependentSchemas']) {
    if (!isRecord(input[key])) continue;
    schema[key] = Object.fromEntries(Object.entries(input[key]).map(([name, value]) => [name, take(value)]));
  }
  return { schema, ui };
}

/** The pages of a form, without those whose feature flag is off. */
export function preparedSteps(steps: FormStep[], known: Known): PreparedStep[] {
  return steps
    .filter((step) => !flagged(step.schema, known))
    .map((step) => {
      const { schema, ui } = split(step.schema, known);
      // The page has its title and description already.
      const { title: _title, description: _description, ...rest } = schema;
      return {
        title: step.title,
        description:
          step.description ?? (typeof schema.description === 'string' ? schema.description : undefined),
        schema: { type: 'object', ...rest } as RJSFSchema,
        uiSchema: ui as UiSchema,
      };
    });
}
