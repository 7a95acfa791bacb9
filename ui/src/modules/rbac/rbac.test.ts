import { describe, expect, it } from 'vitest';
import type { Condition, ConditionalPolicy, Policy, Rule } from '@/api/queries/rbac';
import { conditionWords, makeGroup, problemsOf, readCondition } from './condition';
import { changesOf, draftOf, EMPTY, obstacleOf, type Stored, wordsOf } from './draft';
import { effectsOf, sectionsOf, strayPolicies } from './matrix';

const NAME = 'role:default/dev';
const policy = (permission: string, action: string, effect: 'allow' | 'deny' = 'allow'): Policy => ({
  entityReference: NAME,
  permission,
  policy: action,
  effect,
  metadata: { source: 'rest' },
});
const owner: Condition = {
  rule: 'IS_ENTITY_OWNER',
  resourceType: 'catalog-entity',
  params: { claims: ['$ownerRefs'] },
};
const condition: ConditionalPolicy = {
  id: 7,
  result: 'CONDITIONAL',
  pluginId: 'catalog',
  resourceType: 'catalog-entity',
  roleEntityRef: NAME,
  permissionMapping: [{ name: 'catalog.entity.delete', action: 'delete' }],
  conditions: owner,
};
const stored: Stored = {
  role: {
    name: NAME,
    memberReferences: ['user:default/ada'],
    metadata: { source: 'rest', description: 'Developers' },
  },
  policies: [policy('catalog-entity', 'read'), policy('catalog.entity.create', 'create')],
  conditions: [condition],
};
const RULES: Rule[] = [
  {
    name: 'IS_ENTITY_OWNER',
    resourceType: 'catalog-entity',
    paramsSchema: {
      type: 'object',
      required: ['claims'],
      properties: { claims: { type: 'array', items: { type: 'string' } } },
    },
  },
];

describe('a draft', () => {
  it('that changes nothing asks for nothing', () => {
    expect(changesOf(stored, draftOf(stored))).toEqual([]);
  });

  it('turns an allow into a deny by taking one away and adding the other', () => {
    const draft = draftOf(stored);
    draft.effects = { ...draft.effects, 'catalog-entity#read': 'deny' };
    expect(changesOf(stored, draft)).toEqual([
      {
        type: 'delete-policies',
        name: NAME,
        policies: [{ entityReference: NAME, permission: 'catalog-entity', policy: 'read', effect: 'allow' }],
      },
      {
        type: 'create-policies',
        policies: [{ entityReference: NAME, permission: 'catalog-entity', policy: 'read', effect: 'deny' }],
      },
    ]);
  });

  it('sends the members that are stored along with the new ones', () => {
    const draft = { ...draftOf(stored), members: ['user:default/ada', 'group:default/team-a'] };
    const [change] = changesOf(stored, draft);
    expect(change).toMatchObject({
      type: 'update-role',
      oldRole: { memberReferences: ['user:default/ada'] },
      newRole: {
        name: NAME,
        memberReferences: ['user:default/ada', 'group:default/team-a'],
        metadata: { description: 'Developers' },
      },
    });
    expect(change && wordsOf(change)).toBe('Add 1 member');
  });

  it('creates, changes and removes conditions', () => {
    const draft = draftOf(stored);
    const [only] = draft.conditions;
    if (!only) throw new Error('the condition is gone');
    const changed = { ...only, conditions: { not: owner } };
    const added = { ...only, id: undefined, key: 'new' };
    expect(changesOf(stored, { ...draft, conditions: [changed, added] }).map((each) => each.type)).toEqual([
      'update-condition',
      'create-condition',
    ]);
    expect(changesOf(stored, { ...draft, conditions: [] })).toEqual([{ type: 'delete-condition', id: 7 }]);
  });

  it('of a new role creates the role before anything else', () => {
    const draft = {
      ...EMPTY,
      name: NAME,
      members: ['user:default/ada'],
      effects: { 'x.y#use': 'allow' as const },
    };
    expect(changesOf(undefined, draft).map((each) => each.type)).toEqual(['create-role', 'create-policies']);
  });

  it('needs a name that can be one, and a member', () => {
    expect(obstacleOf({ ...EMPTY, name: 'role:default/a b', members: ['user:default/x'] })).toMatch(/name/);
    expect(obstacleOf({ ...EMPTY, name: 'role:default/dev' })).toMatch(/member/);
    expect(obstacleOf({ ...EMPTY, name: 'role:default/dev', members: ['user:default/x'] })).toBeUndefined();
  });
});

describe('the matrix', () => {
  const sections = sectionsOf([
    {
      pluginId: 'catalog',
      policies: [
        { name: 'catalog.entity.delete', policy: 'delete', resourceType: 'catalog-entity' },
        { name: 'catalog.entity.read', policy: 'read', resourceType: 'catalog-entity' },
        { name: 'catalog.location.analyze', policy: 'use' },
      ],
    },
    { pluginId: 'empty', policies: [] },
  ]);

  it('has a row for a resource type, one for each permission on it, and one for each other', () => {
    expect(sections).toEqual([
      {
        pluginId: 'catalog',
        rows: [
          {
            object: 'catalog-entity',
            kind: 'type',
            resourceType: 'catalog-entity',
            actions: ['read', 'delete'],
          },
          {
            object: 'catalog.entity.delete',
            kind: 'under',
            resourceType: 'catalog-entity',
            actions: ['delete'],
          },
          {
            object: 'catalog.entity.read',
            kind: 'under',
            resourceType: 'catalog-entity',
            actions: ['read'],
          },
          { object: 'catalog.location.analyze', kind: 'single', resourceType: undefined, actions: ['use'] },
        ],
      },
    ]);
  });

  it('keeps policies in sight that no plugin knows', () => {
    const policies = [policy('catalog-entity', 'read'), policy('gone.thing', 'use')];
    expect(strayPolicies(policies, sections).rows.map((row) => row.object)).toEqual(['gone.thing']);
  });

  it('shows deny where a role says both', () => {
    expect(effectsOf([policy('a.b', 'use', 'deny'), policy('a.b', 'use'), policy('c.d', 'read')])).toEqual({
      'a.b#use': 'deny',
      'c.d#read': 'allow',
    });
  });
});

describe('a condition', () => {
  it('is read from JSON, with the place of what is wrong', () => {
    expect(readCondition(JSON.stringify({ anyOf: [owner, { not: owner }] }))).toEqual({
      anyOf: [owner, { not: owner }],
    });
    expect(() => readCondition('{"allOf": [{"rule": 1}]}')).toThrow('conditions.allOf[0]');
    expect(() => readCondition('{"anyOf": {}}')).toThrow('conditions.anyOf must be a list');
  });

  it('says which parameters are missing and which rules are unknown', () => {
    const broken: Condition = {
      allOf: [
        { ...owner, params: { claims: [] } },
        { rule: 'NO_SUCH', resourceType: 'catalog-entity' },
      ],
    };
    expect(problemsOf(broken, RULES)).toEqual([
      { path: 'conditions.allOf[0].params.claims', message: '"claims" is missing' },
      { path: 'conditions.allOf[1]', message: 'there is no rule NO_SUCH' },
    ]);
    expect(problemsOf({ anyOf: [owner] }, RULES)).toEqual([]);
  });

  it('may not be deeper than the server takes', () => {
    let deep: Condition = owner;
    for (let level = 0; level < 12; level += 1) deep = { not: deep };
    expect(problemsOf(deep, RULES)).toHaveLength(1);
  });

  it('keeps its parts when a group becomes a negation', () => {
    expect(makeGroup('not', [owner])).toEqual({ not: owner });
    expect(makeGroup('not', [owner, owner])).toEqual({ not: { anyOf: [owner, owner] } });
  });

  it('can be said in one line', () => {
    expect(conditionWords({ anyOf: [owner, { not: owner }] })).toBe(
      '(IS_ENTITY_OWNER (claims $ownerRefs) or not IS_ENTITY_OWNER (claims $ownerRefs))',
    );
  });
});
