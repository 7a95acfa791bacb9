import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, linkTo, open, rowRefs } from '../support/browser';
import { present, register, remove } from '../support/register';
import { settled } from '../support/settled';
import { until } from '../support/until';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const LIVE = 'component:default/aa-live';

it('shows what comes and goes without being asked, and keeps the focus where it is', async () => {
  const { page, context, troubles } = await open(browser, '/catalog');
  const following = page.waitForResponse((answer) => answer.url().endsWith('/api/catalog/changes'));
  await settled(page);
  await following;
  await page.keyboard.press('j');
  await page.waitForFunction(() => document.activeElement?.closest('[data-index="0"]') !== null);
  const focused = () =>
    page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.entityRef);
  const before = await focused();
  expect(before).not.toBe(LIVE);

  await register('/live/catalog-info.yaml');
  await linkTo(page, LIVE).waitFor();
  expect((await rowRefs(page))[0]).toBe(LIVE);
  expect(await focused()).toBe(before);

  await remove('aa-live');
  await linkTo(page, LIVE).waitFor({ state: 'detached' });
  expect(troubles).toEqual([]);
  await context.close();
});

it('says on an open page that its entity is gone', async () => {
  await register('/bulk-two/catalog-info.yaml');
  await present('bulk-two');
  const { page, context } = await open(browser, '/catalog/default/component/bulk-two');
  const following = page.waitForResponse((answer) => answer.url().endsWith('/api/catalog/changes'));
  await settled(page);
  await following;
  await remove('bulk-two');
  await page.getByText('This entity has just been removed from the catalog').waitFor();
  await page.getByRole('heading', { level: 1, name: 'bulk-two' }).waitFor();
  await context.close();
});

it('follows with one stream, and lets it go while the tab is hidden', async () => {
  const { page, context } = await open(browser, '/catalog');
  const ended: string[] = [];
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/api/catalog/changes')) asked.push(request.url());
  });
  page.on('requestfailed', (request) => {
    if (request.url().includes('/api/catalog/changes')) ended.push(request.url());
  });
  await until('the changes are followed', 30_000, async () => asked.length === 1);
  const hide = (hidden: boolean) =>
    page.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  await hide(true);
  await until('the stream is closed', 30_000, async () => ended.length === 1);
  await hide(false);
  await until('the changes are followed again', 30_000, async () => asked.length === 2);
  await context.close();
});
