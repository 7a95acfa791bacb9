// Roles and policies that answer as the RBAC plugin does; what is changed is kept and can be looked at.

import { HttpResponse, http } from 'msw';
import type { ConditionalPolicy, Explanation, Policy, Preview, Role } from '@/api/queries/rbac';
import { config } from '@/app/config';
import { fakeError } from './fakeSession';

export const PERMISSION = `${window.location.origin}/api/permission`;

export const DEVELOPER: Role = {
  name: 'role:default/developer',
  memberReferences: ['group:default/team-a'],
  metadata: {
    source: 'rest',
    description: 'Everybody who writes code',
    lastModified: 'Wed, 25 Nov 2020 14:05:47 GMT',
  },
};
export const FROM_FILE: Role = {
  name: 'role:default/auditor',
  memberReferences: ['user:default/ada'],
  metadata: { source: 'csv-file' },
};

type State = {
  roles: Role[];
  policies: Policy[];
  conditions: ConditionalPolicy[];
  preview: Preview;
  explanation: Explanation;
  /** Names of permissions that the person does not have. */
  denied: string[];
  /** Calls that changed something, in order: method, path and body. */
  calls: [string, string, unknown][];
  authorizeCalls: number;
};

export function rbacState(more: Partial<State> = {}): State {
  return {
    roles: [DEVELOPER, FROM_FILE],
    policies: [
      {
        entityReference: DEVELOPER.name,
        permission: 'catalog-entity',
        policy: 'read',
        effect: 'allow',
        metadata: { source: 'rest' },
      },
    ],
    conditions: [],
    preview: { gains: [], loses: [], truncated: false, users: 3 },
    explanation: { result: 'DENY', steps: [] },
    denied: [],
    calls: [],
    authorizeCalls: 0,
    ...more,
  };
}

const PLUGINS = [
  {
    pluginId: 'catalog',
    policies: [
      { name: 'catalog.entity.read', policy: 'read', resourceType: 'catalog-entity' },
      { name: 'catalog.entity.delete', policy: 'delete', resourceType: 'catalog-entity' },
      { name: 'catalog.entity.create', policy: 'create' },
    ],
  },
];

const RULES = [
  {
    pluginId: 'catalog',
    rules: [
      {
        name: 'IS_ENTITY_OWNER',
        description: 'Allow entities owned by a claim',
        resourceType: 'catalog-entity',
        paramsSchema: {
          type: 'object',
          properties: { claims: { type: 'array', items: { type: 'string' } } },
          required: ['claims'],
        },
      },
      {
        name: 'HAS_SPEC',
        description: 'Allow entities with a spec field',
        resourceType: 'catalog-entity',
        paramsSchema: {
          type: 'object',
          properties: { key: { type: 'string' }, value: { type: 'string' } },
          required: ['key'],
        },
      },
    ],
  },
];

/** Turns permissions on for a test; the answer turns them off again. */
export function permissionsOnFor(): () => void {
  config.permission = { enabled: true };
  return () => {
    delete config.permission;
  };
}

export function fakeRbac(state: State) {
  const notFound = () => HttpResponse.json(fakeError('NotFoundError', 'Not found', 404), { status: 404 });
  const nameOf = (params: Record<string, unknown>) => `${params.kind}:${params.namespace}/${params.name}`;
  const record = async (request: Request) => {
    const text = await request.text();
    const path = new URL(request.url).pathname.replace('/api/permission', '');
    state.calls.push([request.method, path, text ? JSON.parse(text) : undefined]);
  };
  return [
    http.get(PERMISSION, () => HttpResponse.json({ status: 'Authorized' })),
    http.post(`${PERMISSION}/authorize`, async ({ request }) => {
      state.authorizeCalls += 1;
      const { items } = (await request.json()) as {
        items: { id: string; permission: { name: string; type: string }; resourceRef?: string }[];
      };
      if (items.some(({ permission, resourceRef }) => permission.type === 'resource' && !resourceRef)) {
        return HttpResponse.json(fakeError('InputError', 'Resource permissions require a resourceRef', 400), {
          status: 400,
        });
      }
      return HttpResponse.json({
        items: items.map(({ id, permission }) => ({
          id,
          result: state.denied.includes(permission.name) ? 'DENY' : 'ALLOW',
        })),
      });
    }),
    http.get(`${PERMISSION}/roles`, () => HttpResponse.json(state.roles)),
    http.get(`${PERMISSION}/roles/conditions`, ({ request }) => {
      const role = new URL(request.url).searchParams.get('roleEntityRef');
      return HttpResponse.json(state.conditions.filter((each) => each.roleEntityRef === role));
    }),
    http.get(`${PERMISSION}/roles/:kind/:namespace/:name`, ({ params }) => {
      const found = state.roles.filter((role) => role.name === nameOf(params));
      return found.length > 0 ? HttpResponse.json(found) : notFound();
    }),
    http.get(`${PERMISSION}/policies/:kind/:namespace/:name`, ({ params }) => {
      const found = state.policies.filter((each) => each.entityReference === nameOf(params));
      return found.length > 0 ? HttpResponse.json(found) : notFound();
    }),
    http.get(`${PERMISSION}/plugins/policies`, () => HttpResponse.json(PLUGINS)),
    http.get(`${PERMISSION}/plugins/condition-rules`, () => HttpResponse.json(RULES)),
    http.post(`${PERMISSION}/.callboard/preview`, () => HttpResponse.json(state.preview)),
    http.post(`${PERMISSION}/.callboard/explain`, () => HttpResponse.json(state.explanation)),
    ...(['post', 'put', 'delete'] as const).flatMap((method) => [
      http[method](`${PERMISSION}/roles/*`, async ({ request }) => {
        await record(request);
        return new HttpResponse(null, { status: method === 'delete' ? 204 : 200 });
      }),
      http[method](`${PERMISSION}/roles`, async ({ request }) => {
        await record(request);
        return new HttpResponse(null, { status: 201 });
      }),
      http[method](`${PERMISSION}/policies`, async ({ request }) => {
        await record(request);
        return new HttpResponse(null, { status: 201 });
      }),
      http[method](`${PERMISSION}/policies/*`, async ({ request }) => {
        await record(request);
        return new HttpResponse(null, { status: method === 'delete' ? 204 : 200 });
      }),
    ]),
  ];
}
