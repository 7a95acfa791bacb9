import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, open } from '../support/browser';
import { settled } from '../support/settled';
import { until } from '../support/until';

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
  const needed = await page.getByRole('region', { name: 'Needed by' }).boundingBox();
  expect(needed?.y).toBeLessThan(900);
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

it('follows dependencies step by step, through an API to who provides it', async () => {
  const { page, context } = await open(browser, '/catalog/default/component/booking-service');
  await settled(page);
  const table = page.getByRole('region', { name: 'Depends on' });
  const direct = await table.getByRole('row').count();
  await table.getByRole('combobox').selectOption('3');
  await page.waitForURL('**steps=3');
  await until('there are more', 30_000, async () => (await table.getByRole('row').count()) > direct);
  await page.reload();
  await until('the address keeps it', 30_000, async () => (await table.getByRole('row').count()) > direct);
  await context.close();
});

it('offers what could be there, with the text to copy', async () => {
  const { page, context } = await open(browser, '/catalog/default/resource/booking-db');
  await settled(page);
  const offers = page.getByRole('list', { name: 'What could be there' });
  await offers.getByText('backstage.io/techdocs-ref').waitFor();
  await offers.getByRole('button', { name: 'Copy an example of backstage.io/techdocs-ref' }).waitFor();
  await context.close();
});
