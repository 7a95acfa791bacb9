import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { launch, open } from '../support/browser';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

async function register(target: string): Promise<void> {
  const portal = inject('portalUrl');
  const signIn = await fetch(`${portal}/api/auth/guest/refresh`, {
    headers: { 'X-Requested-With': 'XMLHttpRequest' },
  });
  const { backstageIdentity } = (await signIn.json()) as { backstageIdentity: { token: string } };
  const answer = await fetch(`${portal}/api/catalog/locations`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${backstageIdentity.token}` },
    body: JSON.stringify({ type: 'url', target }),
  });
  expect([201, 409]).toContain(answer.status);
}

it('lists what failed with its reason, and tries again', async () => {
  await register(`${inject('filesUrl')}/broken/catalog-info.yaml`);
  const { page, context, troubles } = await open(browser, '/operations');
  const item = page.getByRole('listitem').filter({ hasText: 'component:default/ownerless' });
  await item.waitFor({ timeout: 30_000 });
  expect(await item.textContent()).toMatch(/owner/);
  await item.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('Trying again', { exact: true }).waitFor();
  expect(troubles).toEqual([]);
  await context.close();
});
