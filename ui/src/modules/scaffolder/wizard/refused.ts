// What the server says about the values of a form, at the fields where it arises.

import type { ErrorSchema } from '@rjsf/utils';
import { ApiError } from '@/api/error';
import type { FormStep, Json, ValueError } from '@/api/scaffolder';
import { errorAt } from '../form/fieldChecks';
import { holdsPath, isRecord } from '../form/walk';

export type Refused = {
  /** Errors by the index of the page that holds the field. */
  pages: Map<number, ErrorSchema>;
  /** Errors that belong to no field. */
  others: string[];
};

/** The errors of a refused form; undefined if it failed for another reason. */
export function valueErrors(error: unknown): ValueError[] | undefined {
  if (!(error instanceof ApiError) || error.status !== 400 || !isRecord(error.body)) return undefined;
  const { errors } = error.body;
  if (!Array.isArray(errors)) return undefined;
  return errors.filter((each): each is ValueError => isRecord(each) && typeof each.message === 'string');
}

function pathOf(error: ValueError): (string | number)[] {
  const path = Array.isArray(error.path) ? error.path : [];
  if (error.property?.startsWith('secrets')) {
    const named = error.property.split('.').slice(1);
    return typeof error.argument === 'string' && error.name === 'required'
      ? [...named, error.argument]
      : named;
  }
  return error.name === 'required' && typeof error.argument === 'string' ? [...path, error.argument] : path;
}

function words(error: ValueError): string {
  if (error.name === 'required') return 'This is needed';
  const { message } = error;
  return message.charAt(0).toUpperCase() + message.slice(1);
}

export function placed(errors: ValueError[], steps: FormStep[]): Refused {
  const pages = new Map<number, Json>();
  const others: string[] = [];
  for (const error of errors) {
    const path = pathOf(error);
    const page = path.length === 0 ? -1 : steps.findIndex((step) => holdsPath(step, path));
    if (page < 0) {
      others.push(error.stack ?? error.message);
      continue;
    }
    const schema = pages.get(page) ?? {};
    pages.set(page, schema);
    errorAt(schema, path, [words(error)]);
  }
  return { pages: pages as Map<number, ErrorSchema>, others };
}
