import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, open } from '../support/browser';
import { settled } from '../support/settled';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const ROOT = '/catalog-graph?root=component:default/booking-service';

it('draws the relations, and holds depth and kinds in the address', async () => {
  const { page, context, troubles } = await open(browser, ROOT);
  await settled(page);
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
  await page.getByRole('button', { name: 'Export' }).click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'SVG' }).click();
  const stream = await (await downloading).createReadStream();
  let text = '';
  for await (const chunk of stream) text += chunk;
  expect(text).toMatch(/^<svg xmlns/);
  expect(text).toContain('booking-service');
  await context.close();
});

it('leaves as a PNG file', async () => {
  const { page, context, troubles } = await open(browser, ROOT);
  await settled(page);
  await page.getByRole('button', { name: 'Export' }).click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'PNG' }).click();
  const stream = await (await downloading).createReadStream();
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).subarray(1, 4).toString()).toBe('PNG');
  expect(troubles).toEqual([]);
  await context.close();
});

it('draws systems as boxes, and names the relations on demand', async () => {
  const { page, context } = await open(browser, ROOT);
  await settled(page);
  await page.getByLabel('Group').selectOption('system');
  await page.waitForURL('**group=system**');
  await page.locator('.react-flow__node-box').getByRole('link', { name: 'Booking' }).waitFor();
  await page.getByRole('button', { name: 'Labels' }).click();
  await page.waitForURL('**labels=yes**');
  await page.locator('.react-flow__edge-text').getByText('depends on').first().waitFor();
  await context.close();
});

it('finds the path to another entity, in the drawing, in the table and in the address', async () => {
  const { page, context, troubles } = await open(
    browser,
    '/catalog-graph?root=component:default/customer-portal',
  );
  await settled(page);
  await page.getByRole('button', { name: 'Path to' }).click();
  await page.getByRole('dialog').getByRole('searchbox', { name: 'Find an entity' }).fill('booking-db');
  await page.getByRole('button', { name: /resource:default\/booking-db/ }).click();
  await page.waitForURL('**to=resource:default/booking-db**');
  await page.getByText(/^\d+ steps?$/).waitFor();
  await settled(page);
  expect(await page.locator('.react-flow__node-entity').count()).toBeGreaterThan(2);
  await page.getByRole('button', { name: 'Table' }).click();
  const rows = page.getByRole('region', { name: 'Relations as a table' }).getByRole('row');
  await rows
    .nth(1)
    .getByRole('link', { name: /Customer portal/ })
    .waitFor();
  await page.getByRole('button', { name: 'Back to the graph' }).click();
  await page.waitForURL((url) => !url.searchParams.has('to'));
  expect(troubles).toEqual([]);
  await context.close();
});

it('says that there is no path, and offers to follow more relations', async () => {
  const { page, context } = await open(
    browser,
    '/catalog-graph?root=component:default/customer-portal&to=resource:default/booking-db&relations=childOf',
  );
  await page.getByText('No path leads from one to the other').waitFor();
  await page.getByRole('button', { name: 'Follow all relations' }).click();
  await page.getByText(/^\d+ steps?$/).waitFor();
  await context.close();
});

it('goes from node to node by keys, and shows only what hangs together with one', async () => {
  const { page, context } = await open(browser, ROOT);
  await settled(page);
  const node = (name: string) => page.locator(`[data-id="component:default/${name}"]`);
  await node('booking-service').getByRole('link').first().focus();
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(
    () =>
      document.activeElement?.closest<HTMLElement>('.react-flow__node')?.dataset.id !==
      'component:default/booking-service',
  );
  await page.keyboard.press('f');
  await page.waitForURL('**focus=**');
  await page.getByText('Only what hangs together with').waitFor();
  await page.keyboard.press('Escape');
  await page.waitForURL((url) => !url.searchParams.has('focus'));
  await context.close();
});
