import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useEffect, useState } from 'react';
import { describe, expect, it } from 'vitest';
import type { Entity } from '@/api/catalog';
import type { Json } from '@/api/scaffolder';
import { component, fakeCatalog, type Seen } from '@/testing/fakeCatalog';
import { server } from '@/testing/server';
import { filterPredicate } from './catalogFilter';
import { checkFields } from './fieldChecks';
import { FIELD_NAMES } from './fields/registry';
import TemplateForm from './TemplateForm';
import { type PreparedStep, preparedSteps } from './toForm';

type Current = { values: Json };

function Page({ step, current }: { step: PreparedStep; current: Current }) {
  const [values, setValues] = useState<Json>({});
  useEffect(() => {
    current.values = values;
  });
  return <TemplateForm step={step} values={values} secrets={{}} setSecret={() => {}} onChange={setValues} />;
}

/** A form of one property; what it gives back is what it holds. */
function draw(property: Json, required = false): Current {
  const current: Current = { values: {} };
  const schema = {
    properties: { it: { title: 'It', ...property } },
    ...(required ? { required: ['it'] } : {}),
  };
  const [step] = preparedSteps([{ title: 'T', schema }], { fields: FIELD_NAMES, flag: () => false });
  if (!step) throw new Error('There is one page');
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <Page step={step} current={current} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  return current;
}

const many = Array.from({ length: 10_000 }, (_, index) =>
  component(`service-${String(index).padStart(5, '0')}`),
);
const group: Entity = {
  ...component('team-x'),
  kind: 'Group',
  metadata: { name: 'team-x', namespace: 'default', uid: 'g' },
};

describe('pickers of entities', () => {
  it('let the server look through ten thousand, and list a few', async () => {
    const seen: Seen = { pages: [] };
    server.use(...fakeCatalog(many, seen));
    const current = draw({
      type: 'string',
      'ui:field': 'EntityPicker',
      'ui:options': { catalogFilter: { kind: 'Component' } },
    });
    await userEvent.type(screen.getByRole('combobox'), 'service-09876');
    await waitFor(() => expect(screen.getAllByRole('option')).toHaveLength(1));
    await userEvent.click(screen.getByRole('option', { name: /service-09876/ }));
    await waitFor(() => expect(current.values).toEqual({ it: 'component:default/service-09876' }));
    expect(seen.pages.every((page) => (page.limit ?? 0) <= 25)).toBe(true);
  });

  it('say that there is more than what they list', async () => {
    server.use(...fakeCatalog(many));
    draw({ type: 'string', 'ui:field': 'EntityPicker' });
    await userEvent.click(screen.getByRole('combobox'));
    expect(await screen.findByText('9,975 more. Type to find them.')).toBeDefined();
  });

  it('take a reference that is not in the catalog, written in full, unless they may not', async () => {
    server.use(...fakeCatalog([]));
    const current = draw({
      type: 'string',
      'ui:field': 'EntityPicker',
      'ui:options': { defaultKind: 'Component' },
    });
    await userEvent.type(screen.getByRole('combobox'), 'new-one{Enter}');
    await waitFor(() => expect(current.values).toEqual({ it: 'component:default/new-one' }));
  });

  it('choose by themselves where there is one thing to choose', async () => {
    server.use(...fakeCatalog([group]));
    const current = draw(
      {
        type: 'string',
        'ui:field': 'OwnerPicker',
        'ui:options': { catalogFilter: { kind: 'Group' }, allowArbitraryValues: false },
      },
      true,
    );
    await waitFor(() => expect(current.values).toEqual({ it: 'group:default/team-x' }));
  });

  it('hold several', async () => {
    server.use(...fakeCatalog(many.slice(0, 3)));
    const current = draw({ type: 'array', items: { type: 'string' }, 'ui:field': 'MultiEntityPicker' });
    await userEvent.click(screen.getByRole('combobox'));
    await userEvent.click(await screen.findByRole('option', { name: /service-00001/ }));
    await userEvent.click(await screen.findByRole('option', { name: /service-00002/ }));
    await waitFor(() =>
      expect(current.values).toEqual({
        it: ['component:default/service-00001', 'component:default/service-00002'],
      }),
    );
  });
});

describe('other fields', () => {
  it('offer tags that are in use, and take others', async () => {
    const tagged = component('a', {}, { metadata: { name: 'a', tags: ['rust'] } as never });
    server.use(...fakeCatalog([tagged]));
    const current = draw({ type: 'array', items: { type: 'string' }, 'ui:field': 'EntityTagsPicker' });
    await userEvent.type(screen.getByRole('combobox'), 'Fresh{Enter}');
    await userEvent.click(await screen.findByRole('option', { name: 'rust' }));
    await waitFor(() => expect(current.values).toEqual({ it: ['fresh', 'rust'] }));
  });

  it('write a repository as the actions read it', async () => {
    const current = draw({
      type: 'string',
      'ui:field': 'RepoUrlPicker',
      'ui:options': { allowedHosts: ['github.com'], allowedOwners: ['tidewater'] },
    });
    await userEvent.type(screen.getByLabelText('Repository name'), 'berths');
    await waitFor(() => expect(current.values).toEqual({ it: 'github.com?owner=tidewater&repo=berths' }));
  });

  it('write an object of which nothing is known as YAML', async () => {
    const current = draw({ type: 'object' });
    await userEvent.type(screen.getByLabelText('It'), 'a: 1{Enter}b: true');
    await waitFor(() => expect(current.values).toEqual({ it: { a: 1, b: true } }));
  });

  it('write lists of objects with their buttons', async () => {
    const current = draw({
      type: 'array',
      items: { type: 'object', properties: { port: { title: 'Port', type: 'integer' } } },
    });
    await userEvent.click(screen.getByRole('button', { name: 'Add' }));
    await userEvent.type(await screen.findByLabelText('Port'), '80');
    await waitFor(() => expect(current.values).toEqual({ it: [{ port: 80 }] }));
    await userEvent.click(screen.getByRole('button', { name: 'Remove item 1' }));
    await waitFor(() => expect(current.values).toEqual({ it: [] }));
  });
});

describe('what fields find wrong', () => {
  const check = (property: Json, value: unknown) =>
    checkFields({ title: 'T', schema: { properties: { it: property } } }, { it: value });

  it('is asked of the catalog where only its entities may be chosen', async () => {
    server.use(...fakeCatalog([group]));
    const property = {
      'ui:field': 'OwnerPicker',
      'ui:options': { allowArbitraryValues: false, catalogFilter: { kind: 'Group' } },
    };
    expect(await check(property, 'group:default/team-x')).toBeUndefined();
    expect(await check(property, 'group:default/nope')).toEqual({
      it: { __errors: ['group:default/nope is not among what may be chosen here'] },
    });
  });

  it.each([
    [{ 'ui:field': 'EntityNamePicker' }, '-a'],
    [{ 'ui:field': 'EntityTagsPicker' }, ['A B']],
    [{ 'ui:field': 'RepoUrlPicker' }, 'github.com?owner=o'],
  ])('is known without asking: %j %j', async (property, value) => {
    expect(await check(property, value)).toBeDefined();
  });
});

it('reads the filters of pickers as Backstage does', () => {
  expect(filterPredicate({ kind: 'Group' })).toEqual({ kind: 'Group' });
  expect(filterPredicate([{ kind: ['A', 'B'], 'spec.type': { exists: true } }, { kind: 'C' }])).toEqual({
    $any: [{ $all: [{ kind: { $in: ['A', 'B'] } }, { 'spec.type': { $exists: true } }] }, { kind: 'C' }],
  });
  expect(filterPredicate(undefined)).toBeUndefined();
});
