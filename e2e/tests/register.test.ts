import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { launch, open } from '../support/browser';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

it('shows what a file would bring before it is registered, then brings it', async () => {
  const { page, context, troubles } = await open(browser, '/catalog-import');
  await page
    .getByLabel('Address of a catalog file or of a repository')
    .fill(`${inject('filesUrl')}/good/catalog-info.yaml`);
  await page.getByRole('button', { name: 'Look' }).click();
  await page.getByText('harbour-cam', { exact: true }).waitFor();
  await page.getByText('harbour-cam-viewer', { exact: true }).waitFor();
  await page.getByRole('button', { name: /^Register \d+ entities/ }).click();
  await page.getByText('Registered', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'harbour-cam', exact: true }).click();
  await page.waitForURL('**/component/harbour-cam');
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'harbour-cam' }).waitFor();
  expect(troubles).toEqual([]);
  await context.close();
});

it.each([
  ['a file that is not there', '/nowhere/catalog-info.yaml', /nowhere\/catalog-info\.yaml/],
  ['a file that is not YAML', '/not-yaml/catalog-info.yaml', /YAML/],
  ['an entity without an owner', '/broken/catalog-info.yaml', /owner/],
])('says what is wrong with %s', async (_what, path, reason) => {
  const address = `${inject('filesUrl')}${path}`;
  const { page, context } = await open(browser, `/catalog-import?url=${encodeURIComponent(address)}`);
  const notice = page.getByRole('alert');
  await notice.waitFor();
  expect(await notice.textContent()).toMatch(reason);
  await context.close();
});

it('unregisters a location with everything that it brought', async () => {
  const target = `${inject('filesUrl')}/removable/catalog-info.yaml`;
  const { page, context } = await open(browser, `/catalog-import?url=${encodeURIComponent(target)}`);
  await page
    .getByRole('button', { name: 'Register 1 entity' })
    .or(page.getByRole('button', { name: /^Register \d/ }))
    .click();
  await page.getByText('Registered', { exact: true }).waitFor();
  await page.goto('/operations?tab=locations&q=removable');
  await page.getByRole('button', { name: 'Unregister' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Unregister' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.goto('/catalog/default/component/short-lived');
  await page.getByText('No component named "short-lived"').waitFor();
  await context.close();
});
