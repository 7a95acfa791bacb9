import { expect, it } from 'vitest';
import { preparedSteps } from '../form/toForm';
import { reviewRows } from './Review';
import { placed } from './refused';

const rows = (properties: Record<string, unknown>, values: Record<string, unknown>) => {
  const [page] = preparedSteps([{ title: 'T', schema: { properties } }], {
    fields: new Set(['Secret']),
    flag: () => false,
  });
  if (!page) throw new Error('There is one page');
  return reviewRows(page.schema, page.uiSchema, values).map(({ label, value, masked }) => [
    label,
    masked ?? value,
  ]);
};

it('shows values by their labels, secrets covered, and what the template says about it', () => {
  expect(
    rows(
      {
        name: { title: 'Name', type: 'string' },
        size: { title: 'Size', type: 'string', enum: ['s'], enumNames: ['Small'] },
        token: { title: 'Token', type: 'string', 'ui:field': 'Secret' },
        pin: { title: 'Pin', type: 'string', 'ui:widget': 'password' },
        hidden: { type: 'string', 'ui:backstage': { review: { show: false } } },
        covered: { title: 'Covered', type: 'string', 'ui:backstage': { review: { mask: '<hidden>' } } },
        renamed: { title: 'Old', type: 'string', 'ui:backstage': { review: { name: 'New' } } },
        inner: { title: 'Inner', type: 'object', properties: { a: { title: 'A', type: 'string' } } },
        whole: {
          title: 'Whole',
          type: 'object',
          properties: { a: { type: 'string' } },
          'ui:backstage': { review: { explode: false } },
        },
      },
      {
        name: 'n',
        size: 's',
        token: '***',
        pin: '1234',
        hidden: 'h',
        covered: 'c',
        renamed: 'r',
        inner: { a: 'x' },
        whole: { a: 'y' },
        elsewhere: 'not of this page',
      },
    ),
  ).toEqual([
    ['Name', 'n'],
    ['Size', 'Small'],
    ['Token', '••••••'],
    ['Pin', '••••••'],
    ['Covered', '<hidden>'],
    ['New', 'r'],
    ['Inner · A', 'x'],
    ['Whole', { a: 'y' }],
  ]);
});

it('places what the server says at the page and the field that it is about', () => {
  const steps = [
    { title: 'One', schema: { properties: { name: { type: 'string' } } } },
    {
      title: 'Two',
      schema: { properties: { list: { type: 'array', items: { properties: { port: {} } } } } },
    },
  ];
  const error = (more: object) => ({
    path: [],
    property: 'instance',
    message: 'is wrong',
    stack: 'instance is wrong',
    ...more,
  });
  const { pages, others } = placed(
    [
      error({ name: 'required', argument: 'name', message: 'requires property "name"' }),
      error({ path: ['list', 0, 'port'], property: 'instance.list[0].port' }),
      error({ property: 'secrets.token', path: ['token'], stack: 'secrets.token is wrong' }),
    ] as never,
    steps,
  );
  expect(pages.get(0)).toEqual({ name: { __errors: ['This is needed'] } });
  expect(pages.get(1)).toEqual({ list: { 0: { port: { __errors: ['Is wrong'] } } } });
  expect(others).toEqual(['secrets.token is wrong']);
});
