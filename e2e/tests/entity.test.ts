import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, open } from '../support/browser';
import { settled } from '../support/settled';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

it('answers the first questions on the first screen', async () => {
  const { page, context, troubles } = await open(browser, '/catalog/default/component/booking-service');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await settled(page);
  for (const fact of ['Owner', 'Lifecycle', 'Processing']) {
    const box = await page.getByText(fact, { exact: true }).first().boundingBox();
    expect(box?.y).toBeLessThan(900);
  }
  await page.getByRole('region', { name: 'Depends on' }).waitFor();
  expect(troubles).toEqual([]);
  await context.close();
});

it('has tabs with addresses, and the raw text in YAML and JSON', async () => {
  const { page, context } = await open(browser, '/catalog/default/component/booking-service');
  await page.getByRole('link', { name: 'Raw', exact: true }).click();
  await page.waitForURL('**/booking-service/raw');
  await page.getByText('kind: Component').waitFor();
  await page.getByRole('link', { name: 'Show JSON' }).click();
  await page.waitForURL('**/booking-service/raw?format=json');
  await page.getByText('"kind": "Component"').waitFor();
  await page.goBack();
  await page.goBack();
  await page.waitForURL('**/component/booking-service');
  await context.close();
});

it('shows the definition of an API as text', async () => {
  const { page, context } = await open(browser, '/catalog/default/api/booking-api');
  await page.getByRole('link', { name: 'Definition', exact: true }).click();
  await page
    .getByRole('region', { name: 'OpenAPI' })
    .getByText(/openapi:/)
    .first()
    .waitFor();
  await context.close();
});

it('tells how the entity changed', async () => {
  const { page, context } = await open(browser, '/catalog/default/component/booking-service/history');
  await page.getByText('Created', { exact: true }).first().waitFor();
  await page.getByRole('link', { name: 'Show the difference' }).last().click();
  await page.getByRole('region', { name: /^What change \d+ did/ }).waitFor();
  await context.close();
});

it('shows a card on hover over a reference', async () => {
  const { page, context } = await open(browser, '/catalog/default/component/booking-service');
  await settled(page);
  await page.locator('[data-entity-ref="group:default/booking-team"]').first().hover();
  await page.getByText('group:default/booking-team', { exact: true }).first().waitFor();
  await context.close();
});

it('shows a group with its members, its place and what it owns', async () => {
  const { page, context, troubles } = await open(browser, '/catalog/default/group/booking-team');
  await page.getByRole('region', { name: 'Owns' }).waitFor();
  await page
    .getByRole('region', { name: 'Members' })
    .getByRole('link', { name: /Lindqvist/ })
    .first()
    .waitFor();
  await page.getByRole('region', { name: 'Hierarchy' }).waitFor();
  expect(troubles).toEqual([]);
  await context.close();
});

it('explains an address that leads to no entity', async () => {
  const { page, context } = await open(browser, '/catalog/default/component/no-such-thing');
  await page.getByText('No component named "no-such-thing"').waitFor();
  await context.close();
});

it('finds an entity whatever the case of its address', async () => {
  const { page, context } = await open(browser, '/catalog/Default/Component/Booking-Service');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await context.close();
});
