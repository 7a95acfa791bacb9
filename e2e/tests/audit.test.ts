import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { launch, open } from '../support/browser';
import { settled } from '../support/settled';
import { violations } from '../support/violations';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

async function act(method: string, path: string, body?: unknown): Promise<void> {
  const portal = inject('portalUrl');
  const signIn = await fetch(`${portal}/api/auth/guest/refresh`, {
    headers: { 'X-Requested-With': 'XMLHttpRequest' },
  });
  const { backstageIdentity } = (await signIn.json()) as { backstageIdentity: { token: string } };
  await fetch(portal + path, {
    method,
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${backstageIdentity.token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

const refused = () =>
  act('POST', '/api/catalog/locations', { type: 'url', target: 'https://nowhere.invalid/x.yaml' });

it('lists what was done, with its details, and is filtered by its address', async () => {
  await refused();
  const { page, context, troubles } = await open(browser, '/audit?plugin=catalog&eventId=location-mutate');
  const row = page.getByRole('button', { name: /location-mutate/ }).first();
  await row.waitFor();
  await row.click();
  const detail = page.getByRole('complementary', { name: 'Event location-mutate' });
  await detail.getByText('POST /api/catalog/locations').waitFor();
  await page.waitForURL('**event=*');
  await page.reload();
  await detail.waitFor();
  expect(troubles).toEqual([]);
  await context.close();
});

it('follows what happens meanwhile', async () => {
  const { page, context } = await open(browser, '/audit?eventId=location-mutate&follow=yes');
  await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
  const fresh = page.locator('[class*="fresh"]');
  expect(await fresh.count()).toBe(0);
  await refused();
  await fresh.first().waitFor();
  await context.close();
});

it('leaves as a file', async () => {
  const { page, context } = await open(browser, '/audit');
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: /^CSV/ }).click();
  const stream = await (await downloading).createReadStream();
  let text = '';
  for await (const chunk of stream) text += chunk;
  expect(text).toMatch(/^Time,Plugin,Event,/);
  await context.close();
});

it.each(['light', 'dark'] as const)('axe finds nothing on it in %s', async (theme) => {
  const { page, context } = await open(browser, '/audit', { theme });
  await page
    .getByRole('button', { name: /user-sign-in|location/ })
    .first()
    .waitFor();
  await settled(page);
  expect(await violations(page)).toEqual([]);
  await context.close();
});
