import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, open } from '../support/browser';
import { PAGES } from '../support/pages';
import { settled } from '../support/settled';
import { violations } from '../support/violations';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

describe.each(['light', 'dark'] as const)('in %s, axe finds nothing on', (theme) => {
  it.each(PAGES)('$name', async ({ path }) => {
    const { page, context } = await open(browser, path, { theme });
    await settled(page);
    expect(await violations(page)).toEqual([]);
    await context.close();
  });

  it('the sign-in page', async () => {
    const { page, context } = await open(browser, '/', { theme, signedIn: false });
    await page.getByRole('button', { name: 'Enter as guest' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await context.close();
  });

  it('the palette, the keys and the menus', async () => {
    const { page, context } = await open(browser, '/catalog', { theme });
    await settled(page);
    await page.keyboard.press('ControlOrMeta+k');
    await page.getByRole('combobox', { name: 'Search entities and pages' }).waitFor();
    await page.keyboard.type('booking');
    await page
      .getByRole('option', { name: /Booking/ })
      .first()
      .waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Columns and grouping' }).click();
    await page.getByRole('menu').waitFor();
    expect(await violations(page)).toEqual([]);
    await context.close();
  });
});
