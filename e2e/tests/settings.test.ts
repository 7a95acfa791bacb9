import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, open } from '../support/browser';
import { settled } from '../support/settled';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

it('says who one is and what counts as theirs', async () => {
  const { page, context, troubles } = await open(browser, '/settings');
  const you = page.getByRole('region', { name: 'You', exact: true });
  await you.getByRole('link', { name: /Lindqvist/ }).waitFor();
  const owned = page.getByRole('list', { name: 'What counts as yours' }).getByRole('listitem');
  expect(await owned.count()).toBe(2);
  await page
    .getByRole('region', { name: 'What your token says' })
    .getByText('user:default/rosa.lindqvist')
    .waitFor();
  expect(troubles).toEqual([]);
  await context.close();
});

it('is reached by keyboard, and keeps the theme that is chosen there', async () => {
  const { page, context } = await open(browser, '/home');
  await settled(page);
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await page.waitForURL('**/settings');
  await page.getByRole('radio', { name: 'Dark' }).check();
  await page.reload();
  await page.getByRole('radio', { name: 'Dark', checked: true }).waitFor();
  expect(await page.evaluate(() => document.documentElement.dataset.mantineColorScheme)).toBe('dark');
  await context.close();
});

it('signs out every tab of the browser', async () => {
  const { page, context } = await open(browser, '/settings/sessions', { signedIn: false });
  await page.getByRole('button', { name: 'Enter as guest' }).click();
  const other = await context.newPage();
  await other.goto('/home');
  await other.getByRole('heading', { name: /^Hello/ }).waitFor();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByRole('button', { name: 'Enter as guest' }).waitFor();
  await other.getByRole('button', { name: 'Enter as guest' }).waitFor();
  await context.close();
});
