// Writes docs/screenshots from the example company: light, dark, and 390 px.

import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, it } from 'vitest';
import { launch, open } from '../support/browser';
import { EXAMPLES, type Portal, startPortal } from '../support/portal';
import { settled } from '../support/settled';

const FOLDER = resolve(import.meta.dirname, '..', '..', 'docs', 'screenshots');

const SHOTS = [
  { name: 'home', path: '/home' },
  { name: 'catalog', path: '/catalog' },
  { name: 'catalog-grouped', path: '/catalog?kind=all&group=owner' },
  { name: 'entity', path: '/catalog/default/component/booking-service' },
  { name: 'graph', path: '/catalog/default/component/booking-service/graph' },
  { name: 'graph-systems', path: '/catalog-graph?root=component:default/booking-service&group=system' },
  {
    name: 'graph-path',
    path: '/catalog-graph?root=component:default/customer-portal&to=resource:default/booking-db&table=yes',
  },
  { name: 'history', path: '/catalog/default/component/booking-service/history' },
  { name: 'group', path: '/catalog/default/group/booking-team' },
  { name: 'operations', path: '/operations' },
  { name: 'settings', path: '/settings' },
  { name: 'access', path: '/rbac' },
  { name: 'audit', path: '/audit' },
  { name: 'create', path: '/create' },
  { name: 'template-form', path: '/create/templates/default/rust-service' },
  { name: 'template-editor', path: '/create/edit' },
  { name: 'actions', path: '/create/actions#publish:github' },
];

const SIZES = [
  { suffix: '', width: 1440, height: 900, theme: 'light' },
  { suffix: '-dark', width: 1440, height: 900, theme: 'dark' },
  { suffix: '-390', width: 390, height: 844, theme: 'light' },
] as const;

let browser: Browser;
let portal: Portal;
beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true });
  // As `make run` has it, roles and policies included.
  portal = await startPortal({
    files: [EXAMPLES],
    atLeast: 90,
    config: {
      permission: {
        enabled: true,
        rbac: {
          'policies-csv-file': './examples/permissions/policies.csv',
          conditionalPoliciesFile: './examples/permissions/conditions.yaml',
          admin: { superUsers: [{ name: 'user:default/rosa.lindqvist' }] },
        },
      },
    },
  });
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await portal?.stop();
});

it.each(SHOTS.flatMap((shot) => SIZES.map((size) => ({ ...shot, ...size }))))(
  '$name, $width px, $theme',
  async ({ name, path, suffix, width, height, theme }) => {
    const { page, context } = await open(browser, path, { url: portal.url, width, height, theme });
    await settled(page);
    await page.screenshot({ path: resolve(FOLDER, `${name}${suffix}.png`) });
    await context.close();
  },
);

it.each(SIZES)('palette, $width px, $theme', async ({ suffix, width, height, theme }) => {
  const { page, context } = await open(browser, '/catalog', { url: portal.url, width, height, theme });
  await settled(page);
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByRole('combobox', { name: 'Search entities and pages' }).waitFor();
  await page.keyboard.type('booking');
  await page
    .getByRole('option', { name: /Booking service/ })
    .first()
    .waitFor();
  await settled(page);
  await page.screenshot({ path: resolve(FOLDER, `palette${suffix}.png`) });
  await context.close();
});

it.each(SIZES)('selected rows, $width px, $theme', async ({ suffix, width, height, theme }) => {
  const { page, context } = await open(browser, '/catalog', { url: portal.url, width, height, theme });
  await settled(page);
  const rows = page.getByRole('checkbox', { name: /^Select / });
  await rows.nth(1).click();
  await rows.nth(4).click({ modifiers: ['Shift'] });
  await page.getByText('4 selected').waitFor();
  await settled(page);
  await page.screenshot({ path: resolve(FOLDER, `catalog-selected${suffix}.png`) });
  await context.close();
});

it.each(SIZES)('a task, $width px, $theme', async ({ suffix, width, height, theme }) => {
  const answer = await fetch(`${portal.url}/api/scaffolder/v2/tasks`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${await portal.token()}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      templateRef: 'template:default/look-around',
      values: { name: 'harbour-lights', owner: 'group:default/booking-team', languages: ['Rust'], pause: 1 },
    }),
  });
  const { id } = (await answer.json()) as { id: string };
  const options = { url: portal.url, width, height, theme };
  const { page, context } = await open(browser, `/create/tasks/${id}`, options);
  await page.getByText('Completed', { exact: true }).first().waitFor();
  await settled(page);
  await page.screenshot({ path: resolve(FOLDER, `task${suffix}.png`) });
  await context.close();
});
