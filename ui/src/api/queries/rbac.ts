// Roles, policies and conditions: the REST API of Backstage's RBAC plugin, and what Callboard adds to it.

import { queryOptions } from '@tanstack/react-query';
import { ApiError, isStatus } from '../error';
import { callPlugin } from '../http';
import { permissionsOn } from './authorize';

export type Effect = 'allow' | 'deny';

export type Role = {
  /** `role:<namespace>/<name>` */
  name: string;
  memberReferences: string[];
  metadata?: {
    source?: string;
    description?: string;
    author?: string;
    modifiedBy?: string;
    lastModified?: string;
    createdAt?: string;
    owner?: string;
    isDefault?: boolean;
  };
};

export type Policy = {
  entityReference: string;
  /** A permission's name, or a resource type. */
  permission: string;
  /** create, read, update, delete or use. */
  policy: string;
  effect: Effect;
  metadata?: { source?: string };
};

export type Condition =
  | { rule: string; resourceType: string; params?: Record<string, unknown> | undefined }
  | { allOf: Condition[] }
  | { anyOf: Condition[] }
  | { not: Condition };

export type ConditionalPolicy = {
  id?: number | undefined;
  result: 'CONDITIONAL';
  pluginId: string;
  resourceType: string;
  roleEntityRef: string;
  permissionMapping: { name: string; action: string }[];
  conditions: Condition;
};

export type PluginPolicies = {
  pluginId: string;
  policies: { name: string; policy?: string; resourceType?: string; isResourced?: boolean }[];
};

export type Schema = {
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: Schema[];
  minItems?: number;
};

export type Rule = { name: string; description?: string; resourceType: string; paramsSchema?: Schema };
export type PluginRules = { pluginId: string; rules: Rule[] };

export type RoleParts = { kind: string; namespace: string; name: string };
const rolePath = ({ kind, namespace, name }: RoleParts) =>
  [kind, namespace, name].map(encodeURIComponent).join('/');

/** `role:default/x` as its parts. */
export function rolePartsOf(name: string): RoleParts {
  const [, kind = 'role', namespace = 'default', rest = name] = /^([^:]+):([^/]+)\/(.+)$/.exec(name) ?? [];
  return { kind, namespace, name: rest };
}

const get = <T>(path: string, signal?: AbortSignal) =>
  callPlugin<T>('permission', path, signal ? { signal } : {});
const send = <T>(method: string, path: string, body?: unknown) =>
  callPlugin<T>('permission', path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

/** Not having any is an answer, not a failure. */
async function orEmpty<T>(answer: Promise<T[]>): Promise<T[]> {
  try {
    return (await answer) ?? [];
  } catch (error) {
    if (isStatus(error, 404)) return [];
    throw error;
  }
}

export type Standing = 'authorized' | 'denied' | 'absent';

/** Whether the person may look at roles, or whether this server has none. */
export const standing = () =>
  queryOptions({
    queryKey: ['rbac', 'standing'],
    queryFn: async ({ signal }): Promise<Standing> => {
      try {
        const { status } = await get<{ status?: string }>('', signal);
        return status === 'Authorized' ? 'authorized' : 'denied';
      } catch (error) {
        if (isStatus(error, 403)) return 'denied';
        if (isStatus(error, 404)) return 'absent';
        throw error;
      }
    },
    enabled: permissionsOn(),
    staleTime: 300_000,
    retry: false,
  });

export const roles = () =>
  queryOptions({
    queryKey: ['rbac', 'roles'],
    queryFn: ({ signal }) => get<Role[]>('/roles', signal),
    staleTime: 5_000,
  });

export const role = (parts: RoleParts) =>
  queryOptions({
    queryKey: ['rbac', 'role', rolePath(parts)],
    queryFn: async ({ signal }): Promise<Role> => {
      const [found] = await get<Role[]>(`/roles/${rolePath(parts)}`, signal);
      if (!found) throw new ApiError(404, 'NotFoundError', 'There is no such role');
      return found;
    },
    staleTime: 5_000,
  });

export const rolePolicies = (parts: RoleParts) =>
  queryOptions({
    queryKey: ['rbac', 'policies', rolePath(parts)],
    queryFn: ({ signal }) => orEmpty(get<Policy[]>(`/policies/${rolePath(parts)}`, signal)),
    staleTime: 5_000,
  });

export const roleConditions = (roleEntityRef: string) =>
  queryOptions({
    queryKey: ['rbac', 'conditions', roleEntityRef],
    queryFn: ({ signal }) =>
      orEmpty(
        get<ConditionalPolicy[]>(`/roles/conditions?${new URLSearchParams({ roleEntityRef })}`, signal),
      ),
    staleTime: 5_000,
  });

/** Everything that can be granted, by plugin. */
export const pluginPolicies = () =>
  queryOptions({
    queryKey: ['rbac', 'plugin-policies'],
    queryFn: ({ signal }) => get<PluginPolicies[]>('/plugins/policies', signal),
    staleTime: 60_000,
  });

export const conditionRules = () =>
  queryOptions({
    queryKey: ['rbac', 'condition-rules'],
    queryFn: ({ signal }) => get<PluginRules[]>('/plugins/condition-rules', signal),
    staleTime: 60_000,
  });

const ADMIN_ROLE = { kind: 'role', namespace: 'default', name: 'rbac_admin' };

/** Who decides over access, as far as the person may know it. */
export const whomToAsk = () =>
  queryOptions({
    queryKey: ['rbac', 'whom-to-ask'],
    queryFn: async ({ signal }): Promise<string[]> => {
      try {
        const [admins] = await get<Role[]>(`/roles/${rolePath(ADMIN_ROLE)}`, signal);
        return admins?.memberReferences ?? [];
      } catch {
        // Most people may not read roles; then there is nobody to name.
        return [];
      }
    },
    staleTime: 300_000,
    enabled: permissionsOn(),
  });

/** A change of roles, policies or conditions, in the shape that the preview takes. */
export type Change =
  | { type: 'create-role'; role: Role }
  | {
      type: 'update-role';
      name: string;
      oldRole: { memberReferences: string[] };
      newRole: Role;
    }
  | { type: 'delete-role'; name: string }
  | { type: 'create-policies'; policies: Policy[] }
  | { type: 'delete-policies'; name: string; policies: Policy[] }
  | { type: 'create-condition'; condition: ConditionalPolicy }
  | { type: 'update-condition'; id: number; condition: ConditionalPolicy }
  | { type: 'delete-condition'; id: number };

/** Makes a change; the server refuses what may not be changed here. */
export function makeChange(change: Change): Promise<unknown> {
  switch (change.type) {
    case 'create-role':
      return send('POST', '/roles', change.role);
    case 'update-role':
      return send('PUT', `/roles/${rolePath(rolePartsOf(change.name))}`, {
        oldRole: change.oldRole,
        newRole: change.newRole,
      });
    case 'delete-role':
      return send('DELETE', `/roles/${rolePath(rolePartsOf(change.name))}`);
    case 'create-policies':
      return send('POST', '/policies', change.policies);
    case 'delete-policies':
      return send('DELETE', `/policies/${rolePath(rolePartsOf(change.name))}`, change.policies);
    case 'create-condition':
      return send('POST', '/roles/conditions', change.condition);
    case 'update-condition':
      return send('PUT', `/roles/conditions/${change.id}`, change.condition);
    case 'delete-condition':
      return send('DELETE', `/roles/conditions/${change.id}`);
  }
}

export type Outcome = 'ALLOW' | 'DENY' | 'CONDITIONAL';

export type Difference = {
  userEntityRef: string;
  permission: string;
  action?: string;
  from?: Outcome;
  to?: Outcome;
};
export type Preview = {
  gains: Difference[];
  loses: Difference[];
  truncated?: boolean;
  users?: number;
};

export function preview(changes: Change[]): Promise<Preview> {
  return send('POST', '/.callboard/preview', { changes });
}

export type Question = {
  userEntityRef: string;
  permission: string;
  action?: string | undefined;
  resourceType?: string | undefined;
  resourceRef?: string | undefined;
};

export type Step = {
  role: string | null;
  source: string | null;
  kind: 'policy' | 'condition' | 'superuser' | 'default';
  effect: 'allow' | 'deny' | 'conditional';
  decided?: boolean;
  detail: string;
};

export type Explanation = {
  result: Outcome;
  user?: {
    userEntityRef: string;
    roles: { role: string; source: string; via: string[] }[];
    ownershipEntityRefs: string[];
  };
  steps: Step[];
};

export const explanation = (question: Question) =>
  queryOptions({
    queryKey: ['rbac', 'explain', question],
    queryFn: ({ signal }) =>
      callPlugin<Explanation>('permission', '/.callboard/explain', {
        method: 'POST',
        body: JSON.stringify(question),
        signal,
      }),
    enabled: question.userEntityRef !== '' && question.permission !== '',
    retry: false,
    staleTime: 5_000,
  });
