// The permissions of a plugin as rows and actions: a resource type with what can be done to its things, and each
// permission by its name.

import type { Effect, PluginPolicies, Policy } from '@/api/queries/rbac';

export const ACTIONS = ['create', 'read', 'update', 'delete', 'use'] as const;

export type Row = {
  /** What a policy names: a resource type or a permission. */
  object: string;
  /** `type` stands for all permissions on things of that type; `under` is one of those. */
  kind: 'type' | 'under' | 'single';
  resourceType: string | undefined;
  actions: string[];
};

export type Section = { pluginId: string; rows: Row[] };

function byAction(a: string, b: string): number {
  return ACTIONS.indexOf(a as (typeof ACTIONS)[number]) - ACTIONS.indexOf(b as (typeof ACTIONS)[number]);
}

export function sectionsOf(plugins: PluginPolicies[]): Section[] {
  return plugins
    .map(({ pluginId, policies }) => {
      const rows: Row[] = [];
      const named = policies.map((each) => ({ ...each, action: each.policy ?? 'use' }));
      const types = [...new Set(named.flatMap(({ resourceType }) => (resourceType ? [resourceType] : [])))];
      for (const resourceType of types.sort()) {
        const under = named.filter((each) => each.resourceType === resourceType);
        const actions = [...new Set(under.map(({ action }) => action))].sort(byAction);
        rows.push({ object: resourceType, kind: 'type', resourceType, actions });
        for (const { name, action } of under) {
          rows.push({ object: name, kind: 'under', resourceType, actions: [action] });
        }
      }
      for (const { name, resourceType, action } of named) {
        if (!resourceType)
          rows.push({ object: name, kind: 'single', resourceType: undefined, actions: [action] });
      }
      return { pluginId, rows };
    })
    .filter(({ rows }) => rows.length > 0)
    .sort((a, b) => a.pluginId.localeCompare(b.pluginId));
}

/** Policies about something that no plugin of this server knows: they must stay in sight. */
export function strayPolicies(
  policies: Pick<Policy, 'permission' | 'policy'>[],
  sections: Section[],
): Section {
  const known = new Set(
    sections.flatMap(({ rows }) =>
      rows.flatMap(({ object, actions }) => actions.map((action) => keyOf(object, action))),
    ),
  );
  const rows = new Map<string, Row>();
  for (const { permission, policy } of policies) {
    if (known.has(keyOf(permission, policy))) continue;
    const row = rows.get(permission) ?? {
      object: permission,
      kind: 'single' as const,
      resourceType: undefined,
      actions: [],
    };
    row.actions = [...new Set([...row.actions, policy])].sort(byAction);
    rows.set(permission, row);
  }
  return { pluginId: '', rows: [...rows.values()] };
}

export type Effects = Record<string, Effect>;

export function keyOf(object: string, action: string): string {
  return `${object}#${action}`;
}

export function partsOfKey(key: string): { permission: string; policy: string } {
  const cut = key.lastIndexOf('#');
  return { permission: key.slice(0, cut), policy: key.slice(cut + 1) };
}

/** The effect of each policy of a role. Where a role says both, deny is what counts. */
export function effectsOf(policies: Policy[]): Effects {
  const effects: Effects = {};
  for (const { permission, policy, effect } of policies) {
    const key = keyOf(permission, policy);
    if (effects[key] !== 'deny') effects[key] = effect;
  }
  return effects;
}
