// The pages about access on a portal of their own, whose guest may do everything; and on one whose guest may do little.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, open } from '../support/browser';
import { EXAMPLES, type Portal, startPortal } from '../support/portal';
import { settled } from '../support/settled';
import { violations } from '../support/violations';

const ROSA = 'user:default/rosa.lindqvist';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

describe('for an administrator', () => {
  let portal: Portal;
  beforeAll(async () => {
    portal = await startPortal({
      files: [EXAMPLES],
      atLeast: 60,
      config: {
        permission: {
          enabled: true,
          rbac: { admin: { superUsers: [{ name: ROSA }], users: [{ name: ROSA }] } },
        },
      },
    });
  });
  afterAll(() => portal?.stop());

  const ask = async (path: string, body?: unknown) => {
    const answer = await fetch(`${portal.url}/api/permission${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${await portal.token()}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(answer.ok).toBe(true);
    return answer.status === 204 ? undefined : answer.json().catch(() => undefined);
  };

  it('a role is made from the catalog, looked at and saved', async () => {
    const { page, context, troubles } = await open(browser, '/rbac', { url: portal.url });
    await page.getByRole('button', { name: 'New role' }).click();
    await page.getByLabel('Name', { exact: true }).fill('booking-readers');
    await page.getByLabel('Description').fill('Read the catalog');
    await page.getByRole('combobox', { name: 'Add a member' }).fill('booking-team');
    await page
      .getByRole('option', { name: /booking-team/ })
      .first()
      .click();
    await page.getByRole('combobox', { name: 'read catalog-entity', exact: true }).selectOption('allow');
    await page.getByRole('button', { name: 'Review and save' }).click();
    const dialog = page.getByRole('dialog', { name: 'Review the changes' });
    await dialog.getByRole('region', { name: 'Gain' }).getByText('catalog.entity.read').first().waitFor();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL('**/rbac/roles/role/default/booking-readers');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'booking-readers' }).waitFor();
    expect(await page.getByRole('combobox', { name: 'read catalog-entity', exact: true }).inputValue()).toBe(
      'allow',
    );
    expect(await ask('/policies/role/default/booking-readers')).toMatchObject([
      { permission: 'catalog-entity', policy: 'read', effect: 'allow' },
    ]);
    expect(troubles).toEqual([]);
    await context.close();
  });

  it('a condition is put together from boxes and kept', async () => {
    await ask('/roles', { name: 'role:default/owners', memberReferences: ['group:default/booking-team'] });
    const { page, context } = await open(browser, '/rbac/roles/role/default/owners', { url: portal.url });
    await page.getByRole('button', { name: 'Add a condition' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a condition' });
    await dialog.getByLabel('Resource type').selectOption({ label: 'catalog-entity (catalog)' });
    await dialog.getByRole('checkbox', { name: 'catalog.entity.delete' }).check();
    await dialog.getByRole('combobox', { name: 'Rule', exact: true }).selectOption('IS_ENTITY_OWNER');
    await dialog.getByRole('combobox', { name: 'Add to claims' }).click();
    await dialog.getByRole('option', { name: /\$ownerRefs/ }).click();
    await dialog.getByRole('button', { name: 'Add it' }).click();
    await page.getByRole('button', { name: 'Review and save' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await ask('/roles/conditions?roleEntityRef=role:default/owners')).toMatchObject([
      {
        resourceType: 'catalog-entity',
        permissionMapping: [{ name: 'catalog.entity.delete', action: 'delete' }],
        conditions: {
          anyOf: [
            { rule: 'IS_ENTITY_OWNER', resourceType: 'catalog-entity', params: { claims: ['$ownerRefs'] } },
          ],
        },
      },
    ]);
    await context.close();
  });

  it('what decides is told, for one permission and for all', async () => {
    const { page, context } = await open(browser, `/rbac?tab=as&user=${ROSA}`, { url: portal.url });
    await page.getByRole('link', { name: 'Why catalog.entity.delete' }).click();
    await page.getByText('Super user allows').first().waitFor();
    await page.getByText('Allowed', { exact: true }).first().waitFor();
    await context.close();
  });

  it('the administrators of the configuration are read-only here', async () => {
    const { page, context } = await open(browser, '/rbac/roles/role/default/rbac_admin', { url: portal.url });
    await page.getByText('Read-only here: Configuration').waitFor();
    expect(await page.getByRole('combobox', { name: 'Add a member' }).count()).toBe(0);
    await context.close();
  });

  it.each([
    ['/rbac', 'light'],
    ['/rbac', 'dark'],
    ['/rbac/roles/role/default/rbac_admin', 'dark'],
    ['/rbac/new', 'light'],
    ['/rbac/new', 'dark'],
    [`/rbac?tab=why&user=${ROSA}&permission=catalog.entity.read`, 'light'],
    [`/rbac?tab=as&user=${ROSA}`, 'dark'],
  ] as const)('axe finds nothing on %s in %s', async (path, theme) => {
    const { page, context } = await open(browser, path, { theme, url: portal.url });
    await settled(page);
    expect(await violations(page)).toEqual([]);
    await context.close();
  });
});

describe('for somebody who may only read the catalog', () => {
  let portal: Portal;
  beforeAll(async () => {
    portal = await startPortal({
      files: [EXAMPLES],
      atLeast: 60,
      config: {
        permission: {
          enabled: true,
          rbac: {
            admin: { users: [{ name: 'user:default/somebody.else' }] },
            defaultPermissions: {
              defaultRole: 'role:default/everybody',
              basicPermissions: [{ permission: 'catalog-entity', action: 'read' }],
            },
          },
        },
      },
    });
  });
  afterAll(() => portal?.stop());

  it('the page about access says so and is not in the navigation', async () => {
    const { page, context } = await open(browser, '/rbac', { url: portal.url });
    await page.getByRole('heading', { name: 'You may not see roles and policies' }).waitFor();
    expect(await page.getByRole('link', { name: 'Access', exact: true }).count()).toBe(0);
    await context.close();
  });

  it('an action that is not allowed can be seen but not used, with the reason', async () => {
    const { page, context } = await open(browser, '/catalog/default/component/booking-service', {
      url: portal.url,
    });
    const button = page.getByRole('button', { name: 'Read again from its source' });
    await page.waitForFunction(
      () =>
        document.querySelector('[aria-label="Read again from its source"]')?.getAttribute('aria-disabled') ===
        'true',
    );
    await button.focus();
    await page
      .getByRole('tooltip')
      .getByText(/none of your roles has catalog\.entity\.refresh/)
      .waitFor();
    await context.close();
  });
});
