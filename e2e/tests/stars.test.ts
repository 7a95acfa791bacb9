import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, it } from 'vitest';
import { launch, open, rowRefs } from '../support/browser';
import { settled } from '../support/settled';
import { until } from '../support/until';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

it('keeps stars on the server, for the next browser too', async () => {
  const first = await open(browser, '/catalog/default/component/pricing-service');
  await settled(first.page);
  const saved = first.page.waitForResponse((answer) => answer.request().method() === 'PUT' && answer.ok());
  await first.page.keyboard.press('s');
  await saved;
  await first.context.close();

  const second = await open(browser, '/catalog?scope=starred');
  await until('the star is listed', 30_000, async () => (await rowRefs(second.page)).length === 1);
  const removed = second.page.waitForResponse((answer) => answer.request().method() === 'PUT' && answer.ok());
  await second.page
    .getByRole('button', { name: /^Star / })
    .first()
    .click();
  await removed;
  await second.page.getByText('Nothing matches all of these filters').waitFor();
  await second.context.close();
});
