// What is wrong with a value, in words for whoever fills in the form.

import type { OutputUnit } from '@cfworker/json-schema';
import type { Json } from '@/api/scaffolder';
import { isRecord } from './walk';

const count = (n: unknown, one: string, many: string) => `${String(n)} ${n === 1 ? one : many}`;

const FORMATS: Record<string, string> = {
  email: 'an email address',
  uri: 'an address such as https://example.com',
  date: 'a date such as 2026-11-25',
  time: 'a time such as 13:45:00Z',
  'date-time': 'a date and time',
  hostname: 'a host name',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  uuid: 'a UUID',
  regex: 'a regular expression',
};

/** The author's own words: one for all errors, or one for each keyword, or for each missing property. */
function authored(holder: Json, keyword: string, missing: string | undefined): string | undefined {
  const { errorMessage } = holder;
  if (typeof errorMessage === 'string') return errorMessage;
  if (!isRecord(errorMessage)) return undefined;
  const said = errorMessage[keyword];
  if (typeof said === 'string') return said;
  if (missing !== undefined && isRecord(said) && typeof said[missing] === 'string') return said[missing];
  return typeof errorMessage._ === 'string' ? errorMessage._ : undefined;
}

export function wordsFor(unit: OutputUnit, holder: Json | undefined, missing: string | undefined): string {
  const schema = holder ?? {};
  const own = authored(schema, unit.keyword, missing);
  if (own) return own;
  const limit = schema[unit.keyword];
  switch (unit.keyword) {
    case 'required':
      return 'This is needed';
    case 'minLength':
      return limit === 1 ? 'This is needed' : `At least ${count(limit, 'character', 'characters')}`;
    case 'maxLength':
      return `At most ${count(limit, 'character', 'characters')}`;
    case 'pattern':
      return `This must match the pattern ${String(limit)}`;
    case 'format':
      return `This must be ${FORMATS[String(limit)] ?? `in the format ${String(limit)}`}`;
    case 'minimum':
      return `At least ${String(limit)}`;
    case 'maximum':
      return `At most ${String(limit)}`;
    case 'exclusiveMinimum':
      return `More than ${String(limit)}`;
    case 'exclusiveMaximum':
      return `Less than ${String(limit)}`;
    case 'multipleOf':
      return `A multiple of ${String(limit)}`;
    case 'minItems':
      return `At least ${count(limit, 'item', 'items')}`;
    case 'maxItems':
      return `At most ${count(limit, 'item', 'items')}`;
    case 'uniqueItems':
      return 'No item may be there twice';
    case 'enum':
      return 'Choose one of the values';
    case 'const':
      return `This must be ${JSON.stringify(limit)}`;
    case 'type':
      return `This must be of the type ${Array.isArray(limit) ? limit.join(' or ') : String(limit)}`;
    case 'oneOf':
    case 'anyOf':
      return 'This fits none of the alternatives';
    case 'additionalProperties':
    case 'false':
      return 'This is not expected here';
    default:
      return unit.error;
  }
}
