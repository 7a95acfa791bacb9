// A role as it is being changed, and the changes that lead from what is stored to it.

import type { Change, ConditionalPolicy, Policy, Role } from '@/api/queries/rbac';
import { type Effects, effectsOf, partsOfKey } from './matrix';

/** A condition of the draft; `key` tells new ones apart. */
export type DraftCondition = ConditionalPolicy & { key: string };

export type Draft = {
  name: string;
  description: string;
  owner: string;
  members: string[];
  effects: Effects;
  conditions: DraftCondition[];
};

export type Stored = { role: Role; policies: Policy[]; conditions: ConditionalPolicy[] };

export const EMPTY: Draft = {
  name: '',
  description: '',
  owner: '',
  members: [],
  effects: {},
  conditions: [],
};

export function draftOf({ role, policies, conditions }: Stored): Draft {
  return {
    name: role.name,
    description: role.metadata?.description ?? '',
    owner: role.metadata?.owner ?? '',
    members: role.memberReferences,
    effects: effectsOf(policies),
    conditions: conditions.map((each, index) => ({ ...each, key: String(each.id ?? `stored-${index}`) })),
  };
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function roleOf(draft: Draft): Role {
  return {
    name: draft.name,
    memberReferences: draft.members,
    metadata: {
      description: draft.description.trim(),
      ...(draft.owner ? { owner: draft.owner } : {}),
    },
  };
}

function conditionOf({ key: _key, id: _id, ...condition }: DraftCondition, name: string): ConditionalPolicy {
  return { ...condition, roleEntityRef: name };
}

/** What is to be done, in the order in which it must be done; empty if nothing changed. */
export function changesOf(stored: Stored | undefined, draft: Draft): Change[] {
  const before = stored ? draftOf(stored) : EMPTY;
  const changes: Change[] = [];
  if (!stored) {
    changes.push({ type: 'create-role', role: roleOf(draft) });
  } else if (
    before.description !== draft.description.trim() ||
    before.owner !== draft.owner ||
    !same([...before.members].sort(), [...draft.members].sort())
  ) {
    changes.push({
      type: 'update-role',
      name: draft.name,
      oldRole: { memberReferences: before.members },
      newRole: roleOf(draft),
    });
  }

  const policyOf = (key: string, effects: Effects): Policy => ({
    entityReference: draft.name,
    ...partsOfKey(key),
    effect: effects[key] ?? 'allow',
  });
  const gone = (stored?.policies ?? []).filter(
    ({ permission, policy, effect }) => draft.effects[`${permission}#${policy}`] !== effect,
  );
  const added = Object.keys(draft.effects)
    .filter((key) => before.effects[key] !== draft.effects[key])
    .map((key) => policyOf(key, draft.effects));
  if (gone.length > 0) {
    const policies = gone.map(({ metadata: _metadata, ...policy }) => policy);
    changes.push({ type: 'delete-policies', name: draft.name, policies });
  }
  if (added.length > 0) changes.push({ type: 'create-policies', policies: added });

  const kept = new Map(draft.conditions.map((each) => [each.id, each]));
  for (const each of stored?.conditions ?? []) {
    if (each.id === undefined) continue;
    const now = kept.get(each.id);
    if (!now) changes.push({ type: 'delete-condition', id: each.id });
    else if (!same(conditionOf(now, draft.name), conditionOf({ ...each, key: '' }, draft.name)))
      changes.push({ type: 'update-condition', id: each.id, condition: conditionOf(now, draft.name) });
  }
  for (const each of draft.conditions) {
    if (each.id === undefined)
      changes.push({ type: 'create-condition', condition: conditionOf(each, draft.name) });
  }
  return changes;
}

/** A change in words. */
export function wordsOf(change: Change): string {
  const count = (number: number, what: string) => (number === 1 ? `1 ${what}` : `${number} ${what}s`);
  const policies = (number: number) => (number === 1 ? '1 policy' : `${number} policies`);
  switch (change.type) {
    case 'create-role':
      return `Create the role with ${count(change.role.memberReferences.length, 'member')}`;
    case 'update-role': {
      const before = new Set(change.oldRole.memberReferences);
      const after = new Set(change.newRole.memberReferences);
      const more = [...after].filter((ref) => !before.has(ref)).length;
      const fewer = [...before].filter((ref) => !after.has(ref)).length;
      const parts = [
        more > 0 ? `add ${count(more, 'member')}` : '',
        fewer > 0 ? `remove ${count(fewer, 'member')}` : '',
      ].filter(Boolean);
      const text = parts.length > 0 ? parts.join(', ') : 'change what the role says about itself';
      return text.charAt(0).toUpperCase() + text.slice(1);
    }
    case 'delete-role':
      return 'Delete the role with its policies';
    case 'create-policies':
      return `Add ${policies(change.policies.length)}: ${change.policies.map((each) => `${each.effect} ${each.policy} ${each.permission}`).join(', ')}`;
    case 'delete-policies':
      return `Remove ${policies(change.policies.length)}: ${change.policies.map((each) => `${each.effect} ${each.policy} ${each.permission}`).join(', ')}`;
    case 'create-condition':
      return `Add a condition on ${change.condition.resourceType}`;
    case 'update-condition':
      return `Change a condition on ${change.condition.resourceType}`;
    case 'delete-condition':
      return 'Remove a condition';
  }
}

const NAME = /^[a-z0-9](?:[a-z0-9_.-]{0,61}[a-z0-9])?$/i;

/** Why the draft cannot be saved, or undefined. */
export function obstacleOf(draft: Draft): string | undefined {
  const name = draft.name.replace(/^role:[^/]*\//, '');
  if (!NAME.test(name))
    return 'Give the role a name of letters, digits, "-", "_" and ".", at most 63 characters.';
  if (draft.members.length === 0) return 'A role needs at least one member.';
  return undefined;
}
