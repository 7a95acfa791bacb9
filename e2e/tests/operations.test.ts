import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, open } from '../support/browser';
import { register } from '../support/register';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

it('lists what failed with its reason, and tries again', async () => {
  await register('/broken/catalog-info.yaml');
  const { page, context, troubles } = await open(browser, '/operations');
  const item = page.getByRole('listitem').filter({ hasText: 'component:default/ownerless' });
  await item.waitFor({ timeout: 30_000 });
  expect(await item.textContent()).toMatch(/owner/);
  await item.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('Trying again', { exact: true }).waitFor();
  expect(troubles).toEqual([]);
  await context.close();
});
