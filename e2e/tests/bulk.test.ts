import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, linkTo, open, rowRefs } from '../support/browser';
import { present, register } from '../support/register';
import { settled } from '../support/settled';
import { until } from '../support/until';
import { violations } from '../support/violations';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const box = (page: Page, index: number) =>
  page.locator(`[data-index="${index}"]`).getByRole('checkbox', { name: /^Select / });
const bar = (page: Page) => page.getByRole('toolbar', { name: 'Selected rows' });

it('selects with the mouse, a range with shift, and everything that is listed', async () => {
  const { page, context, troubles } = await open(browser, '/catalog?type=service');
  await settled(page);
  const all = (await rowRefs(page)).length;
  await box(page, 1).click();
  await bar(page).getByText('1 selected').waitFor();
  await box(page, 4).click({ modifiers: ['Shift'] });
  await bar(page).getByText('4 selected').waitFor();
  await bar(page)
    .getByRole('button', { name: `Select all ${all}` })
    .click();
  await bar(page).getByText(`${all} selected`).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await bar(page).waitFor({ state: 'detached' });
  expect(troubles).toEqual([]);
  await context.close();
});

it('selects with the keyboard alone', async () => {
  const { page, context } = await open(browser, '/catalog');
  await settled(page);
  await page.keyboard.press('j');
  await page.waitForFunction(() => document.activeElement?.closest('[data-index="0"]') !== null);
  await page.keyboard.press('x');
  await bar(page).getByText('1 selected').waitFor();
  await page.keyboard.press('J');
  await bar(page).getByText('2 selected').waitFor();
  await page.keyboard.press('A');
  await bar(page)
    .getByText(/^\d\d+ selected/)
    .waitFor();
  await context.close();
});

it('refreshes what is selected and says how far it is', async () => {
  const { page, context } = await open(browser, '/catalog?type=service&owner=group:default/booking-team');
  await settled(page);
  const all = (await rowRefs(page)).length;
  await page.keyboard.press('A');
  await bar(page).getByRole('button', { name: 'Refresh' }).click();
  await page.getByText(`Asked to be read again: ${all} of ${all}`).waitFor();
  await context.close();
});

it('says of each one what failed', async () => {
  const { page, context } = await open(browser, '/catalog?type=service&owner=group:default/booking-team');
  await page.route('**/api/catalog/refresh', (route) =>
    route.request().postData()?.includes('booking-service')
      ? route.fulfill({
          status: 403,
          contentType: 'application/json',
          body: JSON.stringify({ error: { name: 'NotAllowedError', message: 'Not for you' } }),
        })
      : route.continue(),
  );
  await settled(page);
  await page.keyboard.press('A');
  await bar(page).getByRole('button', { name: 'Refresh' }).click();
  await page.getByRole('button', { name: '1 failed' }).click();
  const failed = page.getByRole('list', { name: 'What failed' });
  await failed.getByText('component:default/booking-service').waitFor();
  await failed.getByText('Not for you').waitFor();
  await context.close();
});

it('exports what is selected', async () => {
  const { page, context } = await open(browser, '/catalog');
  await settled(page);
  await box(page, 0).click();
  await box(page, 2).click();
  await bar(page).getByRole('button', { name: 'Export' }).click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: /^CSV/ }).click();
  const stream = await (await downloading).createReadStream();
  let text = '';
  for await (const chunk of stream) text += chunk;
  expect(text.trim().split('\r\n')).toHaveLength(3);
  await context.close();
});

it('stars and copies what is selected', async () => {
  const { page, context } = await open(browser, '/catalog?type=documentation');
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await settled(page);
  const refs = await rowRefs(page);
  await page.keyboard.press('A');
  await bar(page).getByRole('button', { name: 'Copy references' }).click();
  await page.getByText('Copied', { exact: true }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(refs.join('\n'));
  const saved = page.waitForResponse((answer) => answer.request().method() === 'PUT' && answer.ok());
  await bar(page).getByRole('button', { name: 'Star' }).click();
  await saved;
  const removed = page.waitForResponse((answer) => answer.request().method() === 'PUT' && answer.ok());
  await bar(page).getByRole('button', { name: 'Unstar' }).click();
  await removed;
  await context.close();
});

it('shows what goes along before it unregisters', async () => {
  await register('/bulk-one/catalog-info.yaml');
  await present('bulk-one');
  await present('bulk-along');
  const { page, context, troubles } = await open(browser, '/catalog?q=bulk-one');
  await until(
    'it is listed',
    15_000,
    async () => (await rowRefs(page)).join() === 'component:default/bulk-one',
  );
  await box(page, 0).click();
  await bar(page).getByRole('button', { name: 'Unregister' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('1 more go along').waitFor();
  await dialog.getByRole('link', { name: 'bulk-along' }).waitFor();
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Unregister 2 entities' }).click();
  await page.getByText('Unregistered: 1 of 1').waitFor();
  await linkTo(page, 'component:default/bulk-one').waitFor({ state: 'detached' });
  expect(troubles).toEqual([]);
  await context.close();
});
