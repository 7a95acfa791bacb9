import { describe, expect, it } from 'vitest';
import type { FormStep } from '@/api/scaffolder';
import { OBJECT_TEXT, preparedSteps, UNKNOWN } from './toForm';
import { secretFields, withoutSecrets } from './walk';

const known = { fields: new Set(['OwnerPicker', 'Secret']), flag: (name: string) => name === 'on' };
const prepare = (schema: Record<string, unknown>) => preparedSteps([{ title: 'T', schema }], known)[0];

describe('a page of parameters', () => {
  it('is taken apart into its schema and what its ui keys say', () => {
    const page = prepare({
      title: 'T',
      'ui:order': ['b', 'a'],
      properties: {
        a: { type: 'string', 'ui:field': 'OwnerPicker', 'ui:options': { allowedKinds: ['Group'] } },
        b: { type: 'array', items: { type: 'string', 'ui:widget': 'textarea' } },
      },
    });
    expect(page?.schema).toEqual({
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'array', items: { type: 'string' } } },
    });
    expect(page?.uiSchema).toEqual({
      'ui:order': ['b', 'a', '*'],
      a: { 'ui:field': 'OwnerPicker', 'ui:options': { allowedKinds: ['Group'] } },
      b: { items: { 'ui:widget': 'textarea' } },
    });
  });

  it('has what its conditions bring in the same place', () => {
    const page = prepare({
      properties: { kind: { type: 'string', enum: ['x', 'y'] } },
      dependencies: {
        kind: {
          oneOf: [
            { properties: { kind: { const: 'x' }, who: { type: 'string', 'ui:field': 'OwnerPicker' } } },
          ],
        },
      },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      allOf: [{ if: {}, then: { properties: { text: { type: 'string', 'ui:widget': 'textarea' } } } }],
    });
    expect(page?.uiSchema).toMatchObject({
      who: { 'ui:field': 'OwnerPicker' },
      text: { 'ui:widget': 'textarea' },
    });
    expect(JSON.stringify(page?.schema)).not.toContain('ui:');
  });

  it('keeps a plain box where a field or a widget is unknown, and says which', () => {
    const page = prepare({
      properties: {
        chart: { type: 'string', 'ui:field': 'GSChartPicker' },
        flag: { type: 'string', 'ui:widget': 'checkbox' },
        shape: { type: 'object', 'ui:ObjectFieldTemplate': 'TwoColumn', properties: {} },
        open: { type: 'object' },
      },
    });
    expect(page?.uiSchema).toEqual({
      chart: { [UNKNOWN]: 'field GSChartPicker' },
      flag: { [UNKNOWN]: 'widget checkbox' },
      open: { 'ui:field': OBJECT_TEXT },
    });
  });

  it('shows names of choices', () => {
    const page = prepare({ properties: { size: { type: 'string', enum: ['s'], enumNames: ['Small'] } } });
    expect(page?.uiSchema).toEqual({ size: { 'ui:enumNames': ['Small'] } });
  });

  it('leaves out what a feature flag hides', () => {
    const page = prepare({
      required: ['a', 'b'],
      properties: {
        a: { type: 'string', 'backstage:featureFlag': 'on' },
        b: { type: 'string', 'backstage:featureFlag': 'off' },
      },
    });
    expect(Object.keys(page?.schema.properties ?? {})).toEqual(['a']);
    expect(page?.schema.required).toEqual(['a']);
    expect(prepare({ 'backstage:featureFlag': 'off' })).toBeUndefined();
  });
});

describe('secrets', () => {
  const steps: FormStep[] = [
    {
      title: 'T',
      schema: {
        properties: {
          token: { type: 'string', title: 'Token', 'ui:field': 'Secret' },
          pin: { type: 'string', 'ui:widget': 'password' },
          list: {
            type: 'array',
            items: { type: 'object', properties: { key: { 'ui:widget': 'password' } } },
          },
        },
        allOf: [{ properties: { more: { type: 'string', 'ui:field': 'Secret' } } }],
      },
    },
  ];

  it('are known wherever they stand', () => {
    expect(secretFields(steps)).toEqual([
      { name: 'token', title: 'Token' },
      { name: 'more', title: 'more' },
    ]);
  });

  it('are taken out of what is kept', () => {
    const values = { token: '***', pin: '1', more: 'x', list: [{ key: 'k', other: 1 }], name: 'n' };
    expect(withoutSecrets(values, steps)).toEqual({ list: [{ other: 1 }], name: 'n' });
    expect(values.pin).toBe('1');
  });
});
