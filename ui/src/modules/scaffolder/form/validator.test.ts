import { describe, expect, it } from 'vitest';
import { errorsOf, validator } from './validator';

const said = (schema: Record<string, unknown>, data: unknown) =>
  errorsOf(schema, data).map(({ property, message }) => [property, message]);

describe('a form is checked without compiling anything', () => {
  it('as the policy of the page forbids code that is made at run time', () => {
    const before = globalThis.Function;
    // Whoever would make code out of a schema fails here as in the browser.
    globalThis.Function = (() => {
      throw new EvalError('unsafe-eval');
    }) as unknown as FunctionConstructor;
    try {
      expect(said({ type: 'object', required: ['a'] }, {})).toEqual([['.a', 'This is needed']]);
    } finally {
      globalThis.Function = before;
    }
  });

  it('and says what is wrong where it is', () => {
    const schema = {
      type: 'object',
      properties: {
        name: { type: 'string', pattern: '^[a-z]+$', maxLength: 3 },
        list: {
          type: 'array',
          items: { type: 'object', required: ['port'], properties: { port: { maximum: 9 } } },
        },
      },
    };
    expect(said(schema, { name: 'ABCD', list: [{ port: 10 }, {}] })).toEqual([
      ['.name', 'At most 3 characters'],
      ['.name', 'This must match the pattern ^[a-z]+$'],
      ['.list[0].port', 'At most 9'],
      ['.list[1].port', 'This is needed'],
    ]);
  });

  it('in the words of the author, if there are any', () => {
    const properties = {
      name: { type: 'string', pattern: '^a', errorMessage: { pattern: 'Begin with an a' } },
    };
    expect(said({ type: 'object', properties }, { name: 'b' })).toEqual([['.name', 'Begin with an a']]);
    const required = { type: 'object', required: ['x'], errorMessage: { required: { x: 'Say x' } } };
    expect(said(required, {})).toEqual([['.x', 'Say x']]);
  });

  it('takes values that are not set as missing', () => {
    expect(said({ type: 'object', required: ['a'] }, { a: undefined })).toEqual([['.a', 'This is needed']]);
  });

  it('says only what is wrong with the choice that was made', () => {
    const schema = {
      type: 'object',
      oneOf: [
        { properties: { kind: { const: 'a' }, x: { type: 'string' } }, required: ['x'] },
        { properties: { kind: { const: 'b' }, y: { type: 'string' } }, required: ['y'] },
      ],
    };
    expect(said(schema, { kind: 'b' })).toEqual([['.y', 'This is needed']]);
  });

  it('follows if, then and else', () => {
    const schema = {
      type: 'object',
      if: { properties: { on: { const: true } }, required: ['on'] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { required: ['why'] },
    };
    expect(said(schema, { on: true })).toEqual([['.why', 'This is needed']]);
    expect(said(schema, { on: false })).toEqual([]);
  });

  it('says so of a schema that has an error itself', () => {
    expect(said({ type: 'object', properties: { a: { pattern: '(' } } }, { a: 'x' })[0]?.[1]).toMatch(
      /The schema of this form has an error/,
    );
  });

  it('knows definitions of the whole schema', () => {
    const root = { definitions: { name: { type: 'string' } } };
    const part = { $ref: '#/definitions/name' };
    expect(validator.isValid(part as never, 'x' as never, root as never)).toBe(true);
    expect(validator.isValid(part as never, 1 as never, root as never)).toBe(false);
  });
});
