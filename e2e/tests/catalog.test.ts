import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, linkTo, open, rowRefs } from '../support/browser';
import { settled } from '../support/settled';
import { until } from '../support/until';

const BOOKING = 'component:default/booking-service';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** Waits until every row in sight has its entity, and they are the ones that the test wants. */
function listed(page: Page, wanted: (refs: string[]) => boolean): Promise<void> {
  return until('the wanted rows are listed', 30_000, async () => {
    await settled(page);
    const refs = await rowRefs(page);
    return !refs.includes('') && wanted(refs);
  });
}

it('puts a facet into the address, and the back button takes it out', async () => {
  const { page, context, troubles } = await open(browser, '/catalog');
  await settled(page);
  const before = await rowRefs(page);
  await page.getByRole('checkbox', { name: /^website/ }).check();
  await page.waitForURL('**/catalog?type=website');
  await listed(page, (refs) => refs.length > 0 && refs.length < before.length);
  const filtered = await rowRefs(page);
  await page.goBack();
  await page.waitForURL('**/catalog');
  await listed(page, (refs) => refs.join() === before.join());
  await page.goForward();
  await page.waitForURL('**/catalog?type=website');
  await listed(page, (refs) => refs.join() === filtered.join());
  expect(troubles).toEqual([]);
  await context.close();
});

it('"only" leaves one value of a facet, and a chip takes it out', async () => {
  const { page, context } = await open(browser, '/catalog?type=website&type=service');
  await settled(page);
  await page
    .getByRole('checkbox', { name: /^library/ })
    .locator('xpath=ancestor::div[1]')
    .hover();
  await page.getByRole('button', { name: 'Only library' }).click();
  await page.waitForURL('**/catalog?type=library');
  await page.getByRole('button', { name: 'Remove the filter Type library' }).click();
  await page.waitForURL('**/catalog');
  await context.close();
});

it('sorts by a column, keeps it in the address, and loses nobody', async () => {
  const { page, context } = await open(browser, '/catalog');
  await settled(page);
  const before = (await rowRefs(page)).toSorted();
  await page.getByRole('button', { name: 'Lifecycle' }).click();
  await page.waitForURL('**/catalog?sort=lifecycle');
  await listed(page, (refs) => refs.toSorted().join() === before.join());
  await page.getByRole('button', { name: 'Lifecycle' }).click();
  await page.waitForURL('**/catalog?sort=lifecycle&dir=desc');
  await context.close();
});

it('filters by text from the keyboard', async () => {
  const { page, context } = await open(browser, '/catalog');
  await settled(page);
  await page.keyboard.press('/');
  await page.keyboard.type('booking-serv');
  await page.waitForURL('**/catalog?q=booking-serv');
  await until('one is left', 30_000, async () => (await rowRefs(page)).join() === BOOKING);
  await page.getByText('1 component', { exact: true }).waitFor();
  await context.close();
});

it('shows what is mine, and says which filter to drop when nothing is left', async () => {
  const { page, context } = await open(browser, '/catalog?scope=owned&q=nothing-like-this');
  await page.getByText('Nothing matches all of these filters').waitFor();
  await page.getByRole('link', { name: /^Without the text "nothing-like-this": [1-9]/ }).click();
  await page.waitForURL('**/catalog?scope=owned');
  await linkTo(page, BOOKING).waitFor();
  await context.close();
});

it('groups by owner and folds a group', async () => {
  const { page, context } = await open(browser, '/catalog?group=owner');
  await settled(page);
  const before = (await rowRefs(page)).length;
  await page.getByRole('button', { name: 'Rows of group:default/booking-team' }).click();
  await until('its rows are folded away', 30_000, async () => (await rowRefs(page)).length < before);
  await context.close();
});

it('opens an entity in a new tab with the usual click', async () => {
  const { page, context } = await open(browser, '/catalog');
  const opening = context.waitForEvent('page');
  await linkTo(page, BOOKING).click({ modifiers: ['ControlOrMeta'] });
  const tab = await opening;
  await tab.getByRole('heading', { level: 1 }).waitFor();
  expect(new URL(tab.url()).pathname).toBe('/catalog/default/component/booking-service');
  await context.close();
});

it('exports the list as CSV', async () => {
  const { page, context } = await open(browser, '/catalog?type=service');
  await settled(page);
  const rows = (await rowRefs(page)).length;
  await page.getByRole('button', { name: 'Export' }).click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: /^CSV/ }).click();
  const stream = await (await downloading).createReadStream();
  let text = '';
  for await (const chunk of stream) text += chunk;
  const lines = text.trim().split('\r\n');
  expect(lines[0]).toBe('Name,Owner,System,Type,Lifecycle,Description');
  expect(lines.length).toBeGreaterThanOrEqual(rows + 1);
  await context.close();
});
