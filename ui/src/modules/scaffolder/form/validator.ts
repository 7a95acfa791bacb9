// Validates forms by walking through the schema. The usual validator compiles schemas into code, which the portal's
// policy for scripts forbids on purpose; this one only interprets, and says what is wrong in the portal's words.

import { type OutputUnit, type Schema, Validator } from '@cfworker/json-schema';
import {
  type CustomValidator,
  createErrorHandler,
  type ErrorSchema,
  ErrorSchemaBuilder,
  type RJSFSchema,
  type RJSFValidationError,
  type UiSchema,
  unwrapErrorHandler,
  type ValidatorType,
  validationDataMerge,
} from '@rjsf/utils';
import type { Json } from '@/api/scaffolder';
import { wordsFor } from './messages';

/** Keywords whose own error only says that something below them is wrong. */
const WRAPPERS = new Set([
  'properties',
  'patternProperties',
  'items',
  'additionalItems',
  'prefixItems',
  'allOf',
  'if',
  'then',
  'else',
  'dependencies',
  'dependentSchemas',
  '$ref',
]);

const decode = (part: string) => decodeURIComponent(part).replace(/~1/g, '/').replace(/~0/g, '~');

/** The parts of a pointer such as `#/a/0`. */
function pointerParts(pointer: string): string[] {
  return pointer.split('/').slice(1).map(decode);
}

export function schemaAt(schema: unknown, pointer: string): unknown {
  let current = schema;
  for (const part of pointerParts(pointer)) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Json)[part];
  }
  return current;
}

/** Values that are not set are not there; the library would stumble over them. */
function settled(data: unknown): unknown {
  return data === undefined ? undefined : JSON.parse(JSON.stringify(data));
}

type Found = { errors: OutputUnit[]; broken?: Error };

function check(schema: Json, data: unknown, shortCircuit: boolean): Found {
  const instance = settled(data);
  if (instance === undefined) return { errors: [] };
  try {
    return { errors: new Validator(schema as Schema, '7', shortCircuit).validate(instance).errors };
  } catch (error) {
    return { errors: [], broken: error instanceof Error ? error : new Error(String(error)) };
  }
}

/** Errors of the alternatives of `oneOf` and `anyOf`: only those of the alternative that was most likely meant. */
function withoutOtherChoices(errors: OutputUnit[]): OutputUnit[] {
  let kept = errors;
  for (const choice of errors.filter(({ keyword }) => keyword === 'oneOf' || keyword === 'anyOf')) {
    const prefix = `${choice.keywordLocation}/`;
    const branches = new Map<string, OutputUnit[]>();
    for (const error of kept) {
      if (!error.keywordLocation.startsWith(prefix)) continue;
      const branch = error.keywordLocation.slice(prefix.length).split('/')[0] ?? '';
      branches.set(branch, [...(branches.get(branch) ?? []), error]);
    }
    const leaves = (each: OutputUnit[]) => each.filter(({ keyword }) => !WRAPPERS.has(keyword));
    const meant = [...branches.values()]
      .filter(
        (each) =>
          !each.some(({ keyword }) => keyword === 'const' || keyword === 'enum' || keyword === 'type'),
      )
      .sort((a, b) => leaves(a).length - leaves(b).length)[0];
    kept = kept.filter(
      (error) =>
        (error === choice && !meant) ||
        (error !== choice && (!error.keywordLocation.startsWith(prefix) || meant?.includes(error))),
    );
  }
  return kept;
}

function errorOf(schema: Json, unit: OutputUnit): RJSFValidationError & { path: string[] } {
  const parts = pointerParts(unit.instanceLocation);
  const holder = schemaAt(schema, unit.keywordLocation.replace(/\/[^/]*$/, '')) as Json | undefined;
  const missing = unit.keyword === 'required' ? unit.error.match(/"(.*)"/)?.[1] : undefined;
  const path = missing === undefined ? parts : [...parts, missing];
  const message = wordsFor(unit, holder, missing);
  const property = path.map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`)).join('');
  return {
    name: unit.keyword,
    message,
    params: missing === undefined ? {} : { missingProperty: missing },
    property,
    schemaPath: unit.keywordLocation,
    stack: `${property} ${message}`.trim(),
    path,
  };
}

/** What is wrong with a value, each error at its place. */
export function errorsOf(schema: Json, data: unknown): (RJSFValidationError & { path: string[] })[] {
  const { errors, broken } = check(schema, data ?? {}, false);
  if (broken) {
    const message = `The schema of this form has an error: ${broken.message}`;
    return [{ name: 'schema', message, property: '', stack: message, path: [] }];
  }
  const seen = new Set<string>();
  return withoutOtherChoices(errors)
    .filter(({ keyword }) => !WRAPPERS.has(keyword))
    .map((unit) => errorOf(schema, unit))
    .filter(({ stack }) => !seen.has(stack) && seen.add(stack));
}

function isValid(schema: RJSFSchema, data: unknown, root: RJSFSchema): boolean {
  const { definitions, $defs } = root as Json;
  const whole: Json = {
    ...(definitions === undefined ? {} : { definitions }),
    ...($defs === undefined ? {} : { $defs }),
    ...schema,
  };
  if (data === undefined) return false;
  const { errors, broken } = check(whole, data, true);
  return !broken && errors.length === 0;
}

type Values = Record<string, unknown>;

export const validator: ValidatorType<Values, RJSFSchema, Json> = {
  isValid,
  rawValidation: <Result>(schema: RJSFSchema, data?: Values) => {
    const { errors, broken } = check(schema, data, false);
    return { errors: errors as Result[], ...(broken ? { validationError: broken } : {}) };
  },
  validateFormData: (data, schema, customValidate, transformErrors, uiSchema) => {
    const found = errorsOf(schema, data);
    const builder = new ErrorSchemaBuilder<Values>();
    for (const { message, path } of found) builder.addErrors(message ?? '', path);
    const errors = transformErrors
      ? transformErrors(found, uiSchema as UiSchema<Values, RJSFSchema, Json>)
      : found;
    const own = { errors, errorSchema: builder.ErrorSchema as ErrorSchema<Values> };
    if (!customValidate) return own;
    const handler = (customValidate as CustomValidator<Values, RJSFSchema, Json>)(
      data,
      createErrorHandler(data ?? {}),
      uiSchema as UiSchema<Values, RJSFSchema, Json>,
    );
    return validationDataMerge(own, unwrapErrorHandler(handler));
  },
};
