import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, open } from '../support/browser';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

it('lets a guest in, remembers the choice and forgets it on signing out', async () => {
  const { page, context, troubles } = await open(browser, '/catalog', { signedIn: false });
  await page.getByRole('button', { name: 'Enter as guest' }).click();
  await page.getByRole('table', { name: 'Components' }).waitFor();

  await page.reload();
  await page.getByRole('table', { name: 'Components' }).waitFor();

  await page.getByRole('button', { name: /^You:/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Enter as guest' }).waitFor();
  expect(troubles).toEqual([]);
  await context.close();
});

it('keeps the token out of every storage', async () => {
  const { page, context } = await open(browser, '/catalog');
  await page.getByRole('table', { name: 'Components' }).waitFor();
  const kept = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
  );
  expect(kept).not.toContain('eyJ');
  await context.close();
});
