// A JSON schema as the rows of a table: each property with its path, type, and what its author says.

import type { Schema } from '@/api/scaffolder';
import { isRecord } from '../form/walk';

export type SchemaRow = {
  path: string;
  name: string;
  depth: number;
  type: string;
  required: boolean;
  description: string;
  default: string | undefined;
};

const DEEPEST = 4;
const SHOWN_VALUES = 12;

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** The type of a value in a few words: "string", "list of string", "one of a, b". */
export function typeText(schema: Schema): string {
  if (Array.isArray(schema.enum)) {
    const shown = schema.enum.slice(0, SHOWN_VALUES).map(text).join(', ');
    return `one of ${shown}${schema.enum.length > SHOWN_VALUES ? ' …' : ''}`;
  }
  if ('const' in schema) return `always ${text(schema.const)}`;
  const alternatives = [schema.oneOf, schema.anyOf].find(Array.isArray);
  if (alternatives)
    return [...new Set(alternatives.filter(isRecord).map((each) => typeText(each as Schema)))].join(' or ');
  if (schema.type === 'array' || schema.items) {
    const items = Array.isArray(schema.items) ? schema.items[0] : schema.items;
    return items ? `list of ${typeText(items)}` : 'list';
  }
  if (Array.isArray(schema.type)) return schema.type.join(' or ');
  if (typeof schema.type === 'string') return schema.type;
  if (schema.properties) return 'object';
  return 'any';
}

export function schemaRows(schema: Schema | undefined, prefix = '', depth = 0): SchemaRow[] {
  if (!schema || depth > DEEPEST) return [];
  const alternatives = [schema.oneOf, schema.anyOf, schema.allOf].find(Array.isArray) ?? [];
  const sources = [schema, ...alternatives.filter((each): each is Schema => isRecord(each))];
  const seen = new Set<string>();
  return sources.flatMap((source) =>
    Object.entries(isRecord(source.properties) ? source.properties : {}).flatMap(([name, property]) => {
      const path = prefix ? `${prefix}.${name}` : name;
      if (!isRecord(property) || seen.has(path)) return [];
      seen.add(path);
      const each = property as Schema;
      const inner = Array.isArray(each.items) ? each.items[0] : (each.items ?? each);
      const row: SchemaRow = {
        path,
        name,
        depth,
        type: typeText(each),
        required: Array.isArray(source.required) && source.required.includes(name) && source === schema,
        description: [each.title, each.description].filter((part) => typeof part === 'string').join(': '),
        default: each.default === undefined ? undefined : text(each.default),
      };
      return [row, ...schemaRows(inner, path, depth + 1)];
    }),
  );
}
