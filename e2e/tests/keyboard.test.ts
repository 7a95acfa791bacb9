import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, open } from '../support/browser';
import { settled } from '../support/settled';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

it('finds anything with the palette', async () => {
  const { page, context, troubles } = await open(browser, '/home');
  await settled(page);
  await page.keyboard.press('ControlOrMeta+k');
  const input = page.getByRole('combobox', { name: 'Search entities and pages' });
  await input.waitFor();
  await page.keyboard.type('booking-serv');
  await page
    .getByRole('option', { name: /Booking service/ })
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/component/booking-service');
  expect(troubles).toEqual([]);
  await context.close();
});

it('moves between pages and rows, and lists its keys', async () => {
  const { page, context } = await open(browser, '/home');
  await settled(page);
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await page.waitForURL('**/catalog');
  await settled(page);
  await page.keyboard.press('j');
  await page.waitForFunction(() => document.activeElement?.closest('[data-index="0"]') !== null);
  await page.keyboard.press('j');
  await page.waitForFunction(() => document.activeElement?.closest('[data-index="1"]') !== null);
  await page.keyboard.press('k');
  await page.waitForFunction(() => document.activeElement?.closest('[data-index="0"]') !== null);
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).getByText('Next row', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('g');
  await page.keyboard.press('o');
  await page.waitForURL('**/operations');
  await context.close();
});

it('skips to the page and shows where the focus is', async () => {
  const { page, context } = await open(browser, '/catalog');
  await settled(page);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.id === 'main');
  await context.close();
});
