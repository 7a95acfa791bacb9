// The frontend of a stock Backstage app, built by scripts/stock-frontend, with Callboard behind it: somebody signs in
// and opens the pages whose plugins Callboard has. Requests to plugins that it does not have are listed at the end.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch } from '../support/browser';
import { EXAMPLES, type Portal, startPortal } from '../support/portal';

let portal: Portal;
let browser: Browser;
let page: Page;
const answered = new Map<string, Set<number>>();
const thrown: string[] = [];

beforeAll(async () => {
  const distDir = process.env.STOCK_DIST;
  if (!distDir)
    throw new Error('STOCK_DIST must name the dist folder of a built app; use scripts/stock-frontend.');
  portal = await startPortal({ files: [EXAMPLES], atLeast: 60, distDir });
  browser = await launch();
  const context = await browser.newContext({ baseURL: portal.url, viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(60_000);
  page = await context.newPage();
  page.on('pageerror', (error) => thrown.push(error.message));
  page.on('response', (response) => {
    const [, plugin] = new URL(response.url()).pathname.match(/^\/api\/([^/]+)/) ?? [];
    if (!plugin) return;
    const known = answered.get(plugin) ?? new Set();
    answered.set(plugin, known.add(response.status()));
  });
});

afterAll(async () => {
  await browser?.close();
  await portal?.stop();
  const missing = [...answered].filter(([, statuses]) => statuses.size === 1 && statuses.has(404));
  const names = missing.map(([plugin]) => plugin).sort();
  process.stdout.write(`Plugins that were asked for and are not here: ${names.join(', ') || 'none'}\n`);
  const file = process.env.STOCK_REPORT;
  if (file) {
    mkdirSync(dirname(file), { recursive: true });
    const all = [...answered].map(([plugin, statuses]) => [plugin, [...statuses].sort()]);
    writeFileSync(file, `${JSON.stringify(Object.fromEntries(all), undefined, 2)}\n`);
  }
});

it('signs in and shows the catalog', async () => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Enter' }).click();
  await page.goto('/catalog');
  await page
    .getByRole('link', { name: /booking-service|Booking/i })
    .first()
    .waitFor();
});

it('shows an entity', async () => {
  await page.goto('/catalog/default/component/booking-service');
  await page
    .getByRole('heading', { name: /booking/i })
    .first()
    .waitFor();
  await page.getByText(/About/i).first().waitFor();
});

it('shows the graph', async () => {
  await page.goto('/catalog-graph?rootEntityRefs[]=component:default/booking-service');
  await page
    .locator('svg text')
    .filter({ hasText: /booking/i })
    .first()
    .waitFor();
});

it('shows the import page', async () => {
  await page.goto('/catalog-import');
  await page.getByRole('textbox').first().waitFor();
});

it('shows the settings', async () => {
  await page.goto('/settings');
  await page.getByText('Appearance').first().waitFor();
});

it('has thrown nothing', () => {
  expect(thrown).toEqual([]);
});
