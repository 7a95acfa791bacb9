import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, open } from '../support/browser';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const ROOT = '/catalog-graph?root=component:default/booking-service';

it('draws the relations, and holds depth and kinds in the address', async () => {
  const { page, context, troubles } = await open(browser, ROOT);
  await page.locator('.react-flow__node').nth(2).waitFor();
  await page.getByLabel('Depth').selectOption('1');
  await page.waitForURL('**depth=1**');
  await page.getByRole('button', { name: /^Kinds/ }).click();
  await page.getByRole('menuitemcheckbox', { name: 'APIs' }).click();
  await page.waitForURL('**kinds=component**');
  expect(new URL(page.url()).searchParams.getAll('kinds')).not.toContain('api');
  expect(troubles).toEqual([]);
  await context.close();
});

it('tells the same as a table', async () => {
  const { page, context } = await open(browser, ROOT);
  await page.getByRole('button', { name: 'Table' }).click();
  const table = page.getByRole('region', { name: 'Relations as a table' });
  await table.getByRole('row').nth(2).waitFor();
  await page.waitForURL('**table=yes**');
  await context.close();
});

it('finds a node by its name', async () => {
  const { page, context } = await open(browser, ROOT);
  await page.locator('.react-flow__node').first().waitFor();
  await page.getByRole('searchbox', { name: 'Find in the graph' }).fill('booking-db');
  await page.getByText(/^1 found/).waitFor();
  await context.close();
});

it('leaves as an SVG file', async () => {
  const { page, context } = await open(browser, ROOT);
  await page.locator('.react-flow__node').first().waitFor();
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'SVG' }).click();
  const stream = await (await downloading).createReadStream();
  let text = '';
  for await (const chunk of stream) text += chunk;
  expect(text).toMatch(/^<svg xmlns/);
  expect(text).toContain('booking-service');
  await context.close();
});
