// Completion in a template: keys by their place, actions and their inputs, fields and their options.

import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import type { Action, Schema } from '@/api/scaffolder';
import { FIELD_DOCS } from '../explorer/fieldDocs';
import { typeText } from '../reference/schemaRows';
import { keysAt, type Offer, valuesAt } from './templateSchema';
import { type Place, placeAt } from './yamlPlace';

/** The schema of an action's input below a path such as `["settings", "name"]`. */
function inputSchema(schema: Schema | undefined, path: string[]): Schema | undefined {
  let current = schema;
  for (const part of path) {
    if (!current) return undefined;
    if (part === '[]') current = Array.isArray(current.items) ? current.items[0] : current.items;
    else current = current.properties?.[part];
  }
  return current;
}

function propertyOffers(schema: Schema | undefined): Offer[] {
  const alternatives = [schema?.oneOf, schema?.anyOf].find(Array.isArray) ?? [];
  const found = new Map<string, Offer>();
  for (const source of [schema, ...alternatives]) {
    for (const [label, property] of Object.entries((source?.properties ?? {}) as Record<string, Schema>)) {
      const needed = source?.required?.includes(label) ? ', needed' : '';
      found.set(label, { label, about: property.description, detail: `${typeText(property)}${needed}` });
    }
  }
  return [...found.values()];
}

function stepInput(place: Place, actions: Action[]): { schema: Schema | undefined } | undefined {
  const [spec, steps, item, input, ...rest] = place.path;
  if (spec !== 'spec' || steps !== 'steps' || item !== '[]' || input !== 'input') return undefined;
  const action = actions.find(({ id }) => id === place.action);
  return { schema: inputSchema(action?.schema?.input, rest) };
}

export function offersAt(place: Place, actions: Action[], text = ''): { offers: Offer[]; values: boolean } {
  const { path, key } = place;
  const inParameters = path[0] === 'spec' && path[1] === 'parameters';
  if (key !== undefined) {
    if (key === 'action' && path.join('.') === 'spec.steps.[]') {
      return {
        values: true,
        offers: actions.map(({ id, description }) => ({ label: id, about: description })),
      };
    }
    if (key === 'ui:field' && inParameters) {
      return { values: true, offers: FIELD_DOCS.map(({ name, about }) => ({ label: name, about })) };
    }
    const input = stepInput(place, actions);
    const property = input?.schema?.properties?.[key];
    if (property) {
      const choices = property.enum?.map(String) ?? (property.type === 'boolean' ? ['true', 'false'] : []);
      return { values: true, offers: choices.map((label) => ({ label })) };
    }
    return { values: true, offers: valuesAt(path, key) };
  }
  const input = stepInput(place, actions);
  if (input) return { values: false, offers: propertyOffers(input.schema) };
  if (inParameters && path.at(-1) === 'ui:options') {
    // Which field it is stands beside; where it cannot be told, all options are offered.
    const named = FIELD_DOCS.filter(({ name }) => new RegExp(`ui:field:\\s*['"]?${name}\\b`).test(text));
    const docs = named.length === 1 ? named : FIELD_DOCS;
    const found = new Map(
      docs.flatMap((doc) => doc.options.map((option) => [option.name, option.about] as const)),
    );
    return { values: false, offers: [...found].map(([label, about]) => ({ label, about })) };
  }
  return { values: false, offers: keysAt(path) };
}

export function templateCompletion(actions: () => Action[]) {
  return (context: CompletionContext): CompletionResult | null => {
    const text = context.state.doc.toString();
    const place = placeAt(text, context.pos);
    const { offers, values } = offersAt(place, actions(), text);
    const shown = values ? offers : offers.filter(({ label }) => !place.siblings.includes(label));
    if (shown.length === 0 || (!context.explicit && place.typed === '' && !values)) return null;
    return {
      from: context.pos - place.typed.length,
      options: shown.map(
        ({ label, about, detail }): Completion => ({
          label,
          ...(detail ? { detail } : {}),
          ...(about ? { info: about } : {}),
          apply: values ? label : `${label}: `,
          type: values ? 'constant' : 'property',
        }),
      ),
      validFor: /^[\w:.-]*$/,
    };
  };
}
