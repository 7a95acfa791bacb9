// What every field of a form gets, and what a form gives to its fields.

import type { FieldProps, RJSFSchema } from '@rjsf/utils';
import type { Json } from '@/api/scaffolder';

export type FormContext = {
  /** Everything that was filled in so far, on all pages. */
  values: Json;
  secrets: Record<string, string>;
  setSecret: (name: string, value: string | undefined) => void;
};

export type TemplateFieldProps<T> = FieldProps<T, RJSFSchema, FormContext>;

/** `ui:options` of a field; whatever stands there may be of another type than expected. */
export function optionsOf(props: { uiSchema?: Json | undefined }): Json {
  const options = props.uiSchema?.['ui:options'];
  return typeof options === 'object' && options !== null ? (options as Json) : {};
}

export function textOption(options: Json, key: string): string | undefined {
  const value = options[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function listOption(options: Json, key: string): string[] {
  const value = options[key];
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}

export function placeholderOf(props: { uiSchema?: Json | undefined }, options: Json): string | undefined {
  const own = props.uiSchema?.['ui:placeholder'];
  return typeof own === 'string' ? own : textOption(options, 'placeholder');
}

/** The ids that a form draws below a field: its description and its errors. */
export function describedBy(id: string): string {
  return `${id}__description ${id}__error ${id}__help`;
}
