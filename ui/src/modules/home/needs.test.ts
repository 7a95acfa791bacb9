import { expect, it } from 'vitest';
import type { UnprocessedEntity } from '@/api/catalog';
import { component } from '@/testing/fakeCatalog';
import { needsOf } from './needs';

const problem = { type: 'x', level: 'error', message: 'spec.lifecycle must be a string' } as const;
const ill = component('ill', {}, { status: { items: [problem] } });
const failed = (name: string, owner: string): UnprocessedEntity => ({
  entity_id: name,
  entity_ref: `component:default/${name}`,
  unprocessed_entity: { kind: 'Component', metadata: { name }, spec: { owner } },
  errors: [{ name: 'InputError', message: `${name} is broken` }],
  next_update_at: '',
  last_discovery_at: '',
});

it("are the problems of what one owns, and files of one's own that never became entities", () => {
  const needs = needsOf(
    [ill, component('well')],
    [failed('mine', 'team-a'), failed('theirs', 'team-b'), failed('ill', 'team-a')],
    ['group:default/Team-A'],
  );
  expect(needs).toEqual([
    { ref: 'component:default/ill', title: 'ill', reason: 'spec.lifecycle must be a string' },
    { ref: 'component:default/mine', title: 'mine', reason: 'mine is broken' },
  ]);
});
