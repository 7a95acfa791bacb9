import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, open } from '../support/browser';
import { PAGES } from '../support/pages';
import { settled } from '../support/settled';
import { until } from '../support/until';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

it('follows the system, and keeps a choice of its own', async () => {
  const { page, context } = await open(browser, '/catalog', { theme: 'dark' });
  await settled(page);
  const scheme = () => page.evaluate(() => document.documentElement.dataset.mantineColorScheme);
  expect(await scheme()).toBe('dark');
  await page.getByRole('button', { name: 'Theme' }).click();
  await page.getByRole('menuitemradio', { name: 'Light' }).click();
  await until('the page is light', 30_000, async () => (await scheme()) === 'light');
  await page.reload();
  await settled(page);
  expect(await scheme()).toBe('light');
  await context.close();
});

it.each(PAGES)('fits $name into 390 px without sideways scrolling', async ({ path }) => {
  const { page, context, troubles } = await open(browser, path, { width: 390, height: 844 });
  await settled(page);
  const overflow = await page.evaluate(() => {
    const main = document.getElementById('main');
    return main ? main.scrollWidth - main.clientWidth : 0;
  });
  expect(overflow).toBeLessThanOrEqual(0);
  expect(troubles).toEqual([]);
  await context.close();
});
