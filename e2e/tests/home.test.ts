import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, linkTo, open } from '../support/browser';
import { register } from '../support/register';
import { settled } from '../support/settled';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

it('shows what one owns, what changed in it, and what was seen last', async () => {
  const { page, context, troubles } = await open(browser, '/catalog/default/component/pricing-service');
  await settled(page);
  await page.goto('/home');
  await settled(page);
  await page
    .getByRole('region', { name: 'You own', exact: true })
    .getByRole('link', { name: /Booking service/ })
    .waitFor();
  await page.getByRole('region', { name: 'Changed in what you own' }).getByRole('listitem').first().waitFor();
  await page
    .getByRole('region', { name: 'Seen last' })
    .getByRole('link', { name: /Pricing service/ })
    .waitFor();
  expect(troubles).toEqual([]);
  await context.close();
});

it("shows a file of one's own that never became an entity", async () => {
  await register('/mine-broken/catalog-info.yaml');
  const { page, context } = await open(browser, '/home');
  const needs = page.getByRole('region', { name: 'Needs you' });
  await needs.getByRole('link', { name: /mine-broken/ }).waitFor({ timeout: 30_000 });
  await needs.getByText(/lifecycle/).waitFor();
  await linkTo(page, 'component:default/mine-broken').waitFor();
  await context.close();
});
