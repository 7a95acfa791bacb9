import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { component, fakeCatalog } from '@/testing/fakeCatalog';
import { DEVELOPER, fakeRbac, PERMISSION, permissionsOnFor, rbacState } from '@/testing/fakeRbac';
import { fakeError } from '@/testing/fakeSession';
import { renderApp } from '@/testing/renderApp';
import { server } from '@/testing/server';

const person = (name: string, kind = 'User') => ({
  ...component(name),
  kind,
  spec: { profile: { displayName: name } },
});
const people = [person('ada'), person('grace'), person('team-a', 'Group')];
const ROLE = '/rbac/roles/role/default/developer';

let off = () => {};
beforeEach(() => {
  off = permissionsOnFor();
  server.use(...fakeCatalog(people));
});
afterEach(() => off());

it('lists roles with their members and where they come from', async () => {
  server.use(...fakeRbac(rbacState()));
  const { address } = renderApp('/rbac');
  const row = (await screen.findByRole('link', { name: 'developer' })).closest('tr');
  expect(row?.textContent).toContain('1 group');
  expect(row?.textContent).toContain('Portal');
  expect(row?.querySelector('time')?.dateTime).toBe('2020-11-25T14:05:47.000Z');
  await userEvent.type(screen.getByRole('searchbox'), 'csv');
  await waitFor(() => expect(screen.queryByRole('link', { name: 'developer' })).toBeNull());
  expect(screen.getByRole('link', { name: 'auditor' })).toBeDefined();
  expect(address()).toBe('/rbac?q=csv');
});

it('says whom to ask where one may not look', async () => {
  server.use(
    http.get(PERMISSION, () => HttpResponse.json(fakeError('NotAllowedError', 'No', 403), { status: 403 })),
    ...fakeRbac(
      rbacState({ roles: [{ name: 'role:default/rbac_admin', memberReferences: ['user:default/grace'] }] }),
    ),
  );
  renderApp('/rbac');
  await screen.findByRole('heading', { name: 'You may not see roles and policies' });
  const whom = await screen.findByRole('list', { name: 'Whom to ask' });
  await within(whom).findByRole('link', { name: 'grace' });
});

it('says how to get roles where there are none', async () => {
  server.use(
    http.get(PERMISSION, () => HttpResponse.json(fakeError('NotFoundError', 'No', 404), { status: 404 })),
    ...fakeRbac(rbacState()),
  );
  renderApp('/rbac');
  await screen.findByRole('heading', { name: 'This server has no roles' });
});

it('adds a member and denies an action, shows who loses, and saves in order', async () => {
  const state = rbacState({
    preview: {
      gains: [],
      loses: [
        {
          userEntityRef: 'user:default/ada',
          permission: 'catalog.entity.read',
          action: 'read',
          from: 'ALLOW',
          to: 'DENY',
        },
      ],
      truncated: false,
      users: 3,
    },
  });
  server.use(...fakeRbac(state));
  renderApp(ROLE);
  await userEvent.type(await screen.findByRole('combobox', { name: 'Add a member' }), 'grace');
  await userEvent.click(await screen.findByRole('option', { name: /grace/ }));
  await userEvent.selectOptions(await screen.findByRole('combobox', { name: 'read catalog-entity' }), 'Deny');
  expect(screen.getByText('3 changes')).toBeDefined();
  await userEvent.click(screen.getByRole('button', { name: 'Review and save' }));
  const dialog = await screen.findByRole('dialog', { name: 'Review the changes' });
  await within(dialog).findByText('Nobody gains, 1 user loses. Looked at 3 users.');
  await within(dialog).findByText('allowed → denied', { exact: false });
  expect(state.calls).toEqual([]);
  await userEvent.click(within(dialog).getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(state.calls.map(([method, path]) => `${method} ${path}`)).toEqual([
    'PUT /roles/role/default/developer',
    'DELETE /policies/role/default/developer',
    'POST /policies',
  ]);
  expect(state.calls[0]?.[2]).toMatchObject({
    oldRole: { memberReferences: ['group:default/team-a'] },
    newRole: { memberReferences: ['group:default/team-a', 'user:default/grace'] },
  });
});

it('keeps what was refused in the draft and says what was saved already', async () => {
  const state = rbacState();
  server.use(
    http.post(`${PERMISSION}/policies`, () =>
      HttpResponse.json(fakeError('ConflictError', 'There is such a policy already', 409), { status: 409 }),
    ),
    ...fakeRbac(state),
  );
  renderApp(ROLE);
  await userEvent.click(await screen.findByRole('button', { name: 'Remove group:default/team-a' }));
  await userEvent.type(screen.getByRole('combobox', { name: 'Add a member' }), 'ada');
  await userEvent.click(await screen.findByRole('option', { name: /ada/ }));
  await userEvent.selectOptions(
    await screen.findByRole('combobox', { name: 'create catalog.entity.create' }),
    'Allow',
  );
  await userEvent.click(screen.getByRole('button', { name: 'Review and save' }));
  const dialog = await screen.findByRole('dialog');
  await within(dialog).findByText('Nobody gains or loses anything');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Save' }));
  await within(dialog).findByText('Saved 1 of 2 changes; this one was refused');
  expect(within(dialog).getByText('There is such a policy already')).toBeDefined();
});

it('makes a condition with an alias, and shows it as JSON', async () => {
  server.use(...fakeRbac(rbacState()));
  renderApp(ROLE);
  await userEvent.click(await screen.findByRole('button', { name: 'Add a condition' }));
  const dialog = await screen.findByRole('dialog', { name: 'Add a condition' });
  expect(within(dialog).getByText(/"claims" is missing/)).toBeDefined();
  await userEvent.click(within(dialog).getByRole('checkbox', { name: 'catalog.entity.delete' }));
  await userEvent.click(within(dialog).getByRole('combobox', { name: 'Add to claims' }));
  await userEvent.click(await within(dialog).findByRole('option', { name: /\$ownerRefs/ }));
  await userEvent.click(within(dialog).getByRole('button', { name: 'Show as JSON' }));
  const json = within(dialog).getByRole('textbox', { name: 'The condition as JSON' }) as HTMLTextAreaElement;
  expect(JSON.parse(json.value)).toEqual({
    anyOf: [{ rule: 'IS_ENTITY_OWNER', resourceType: 'catalog-entity', params: { claims: ['$ownerRefs'] } }],
  });
  await userEvent.clear(json);
  await userEvent.type(json, '{{"anyOf": 1}');
  expect(within(dialog).getByText('conditions.anyOf must be a list')).toBeDefined();
  expect(within(dialog).getByRole('button', { name: 'Add it' })).toHaveProperty('disabled', true);
});

it('shows a role of a file without a way to change it, and where to do that', async () => {
  server.use(...fakeRbac(rbacState()));
  renderApp('/rbac/roles/role/default/auditor');
  await screen.findByText('Read-only here: CSV file');
  expect(screen.getByText(/policies-csv-file/)).toBeDefined();
  expect(screen.queryByRole('combobox', { name: 'Add a member' })).toBeNull();
  expect(screen.queryByRole('button', { name: 'Delete' })).toBeNull();
});

it('lets one see but not press what one may not do, with the reason', async () => {
  const state = rbacState({ denied: ['policy.entity.create', 'policy.entity.delete'] });
  server.use(...fakeRbac(state));
  renderApp(ROLE);
  const button = await screen.findByRole('button', { name: 'Delete' });
  await waitFor(() => expect(button.getAttribute('aria-disabled')).toBe('true'));
  await userEvent.click(button);
  expect(screen.queryByRole('dialog')).toBeNull();
  const reason = document.getElementById(button.getAttribute('aria-describedby') ?? '');
  expect(reason?.textContent).toMatch(/none of your roles has policy\.entity\.delete/);
});

it('asks about everything on a page in one call', async () => {
  const state = rbacState();
  server.use(...fakeRbac(state));
  renderApp(ROLE);
  await screen.findByRole('button', { name: 'Delete' });
  await waitFor(() => expect(state.authorizeCalls).toBeGreaterThan(0));
  expect(state.authorizeCalls).toBeLessThanOrEqual(2);
});

it('says why somebody cannot do something, what decided first', async () => {
  server.use(
    ...fakeRbac(
      rbacState({
        explanation: {
          result: 'DENY',
          user: {
            userEntityRef: 'user:default/ada',
            roles: [{ role: DEVELOPER.name, source: 'rest', via: ['group:default/team-a'] }],
            ownershipEntityRefs: [],
          },
          steps: [
            {
              role: DEVELOPER.name,
              source: 'rest',
              kind: 'policy',
              effect: 'allow',
              decided: false,
              detail: 'catalog-entity delete allow',
            },
            {
              role: 'role:default/auditor',
              source: 'csv-file',
              kind: 'policy',
              effect: 'deny',
              decided: true,
              detail: 'catalog-entity delete deny',
            },
          ],
        },
      }),
    ),
  );
  renderApp('/rbac?tab=why&user=user:default/ada&permission=catalog.entity.delete');
  await screen.findByText('Denied');
  const steps = within(screen.getByRole('region', { name: 'How it was decided' })).getAllByRole('listitem');
  expect(steps.map((step) => step.textContent)).toEqual([
    'Policy deniesauditorcatalog-entity delete denyCSV file',
    'Policy allowsdevelopercatalog-entity delete allowdid not count',
  ]);
  expect(screen.getByText('through group:default/team-a')).toBeDefined();
});

it('shows the portal with the rights of somebody else', async () => {
  server.use(...fakeRbac(rbacState({ explanation: { result: 'ALLOW', steps: [] } })));
  const { address } = renderApp('/rbac?tab=as&user=user:default/ada');
  await waitFor(() => expect(screen.getAllByText('Allowed')).toHaveLength(3));
  await userEvent.click(screen.getByRole('link', { name: 'Why catalog.entity.delete' }));
  await waitFor(() =>
    expect(address()).toBe('/rbac?tab=why&user=user:default/ada&permission=catalog.entity.delete'),
  );
});
