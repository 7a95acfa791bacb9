import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, open } from '../support/browser';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

it('lets a guest in, remembers the choice and forgets it on signing out', async () => {
  const { page, context, troubles } = await open(browser, '/catalog', { signedIn: false });
  await page.getByRole('button', { name: 'Enter as guest' }).click();
  await page.getByRole('table', { name: 'Components' }).waitFor();

  await page.reload();
  await page.getByRole('table', { name: 'Components' }).waitFor();

  await page.getByRole('button', { name: /^You:/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Enter as guest' }).waitFor();
  expect(troubles).toEqual([]);
  await context.close();
});

it('keeps the token out of every storage', async () => {
  const { page, context } = await open(browser, '/catalog');
  await page.getByRole('table', { name: 'Components' }).waitFor();
  const kept = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
  );
  expect(kept).not.toContain('eyJ');
  await context.close();
});

it('stays where one is when the server goes on with a session', async () => {
  const { page, context } = await open(browser, '/catalog?kind=api&q=booking');
  await page.getByRole('table', { name: 'APIs' }).waitFor();
  await page.reload();
  // The sign-in page must not be seen on the way, not even for a moment.
  await page
    .getByRole('table', { name: 'APIs' })
    .or(page.getByRole('button', { name: 'Enter as guest' }))
    .waitFor();
  expect(await page.getByRole('button', { name: 'Enter as guest' }).count()).toBe(0);
  expect(new URL(page.url()).search).toBe('?kind=api&q=booking');
  await context.close();
});

it('keeps the page when the session is over, and goes on after signing in again', async () => {
  const { page, context } = await open(browser, '/operations?q=nothing');
  await page.getByRole('heading', { name: 'Operations' }).waitFor();
  const over = { error: { name: 'AuthenticationError', message: 'Over' }, response: { statusCode: 401 } };
  const refuse = (pattern: string) =>
    page.route(pattern, (route) => route.fulfill({ status: 401, json: over }));
  await refuse('**/api/auth/guest/refresh');
  await refuse('**/api/catalog/**');
  await page.getByRole('link', { name: 'Home', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Sign in again' });
  await dialog.waitFor();
  await page.unrouteAll();
  await dialog.getByRole('button', { name: 'Enter as guest' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('heading', { name: /^Hello/ }).waitFor();
  await context.close();
});
