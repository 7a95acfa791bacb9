// The portal's own sign-in page with a real OpenID provider: in a window, without one, and as somebody unknown.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, open } from '../support/browser';
import { type IdentityProvider, startIdentityProvider } from '../support/identityProvider';
import { EXAMPLES, freePort, type Portal, startPortal } from '../support/portal';
import { violations } from '../support/violations';

let browser: Browser;
let identities: IdentityProvider;
let portal: Portal;
beforeAll(async () => {
  const port = await freePort();
  identities = await startIdentityProvider(`http://localhost:${port}/api/auth/oidc/handler/frame`);
  const section = {
    ...identities.section,
    prompt: 'consent',
    additionalScopes: 'offline_access',
    signIn: { resolvers: [{ resolver: 'emailMatchingUserEntityProfileEmail' }] },
  };
  portal = await startPortal({
    files: [EXAMPLES],
    atLeast: 60,
    port,
    auth: { environment: 'e2e', providers: { oidc: { e2e: section } } },
  });
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await portal?.stop();
  await identities?.stop();
});

/** Fills in the provider's pages, as a person does. */
async function signInAt(window: Page, login: string): Promise<void> {
  await window.locator('input[name=login]').fill(login);
  await window.locator('input[name=password]').fill('any');
  await window.getByRole('button', { name: 'Sign-in' }).click();
  await window.getByRole('button', { name: 'Continue' }).click();
}

const START = { name: 'Sign in with OpenID Connect' } as const;

it('signs in in a window, goes on with the session, and ends it', async () => {
  const { page, context, troubles } = await open(browser, '/catalog?kind=api', {
    url: portal.url,
    signedIn: false,
  });
  const opening = page.waitForEvent('popup');
  await page.getByRole('button', START).click();
  await signInAt(await opening, 'rosa.lindqvist');
  await page.getByRole('table', { name: 'APIs' }).waitFor();
  await page.getByRole('button', { name: /^You: Rosa/ }).waitFor();

  await page.reload();
  await page.getByRole('table', { name: 'APIs' }).waitFor();

  await page.goto('/settings/auth-providers');
  await page.getByText(/this session/).waitFor();
  await page.goto('/settings/sessions');
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByRole('button', START).waitFor();
  expect((await context.cookies()).filter(({ name }) => name === 'oidc-refresh-token')).toEqual([]);
  expect(troubles).toEqual([]);
  await context.close();
});

it('signs in without a window where the browser lets none open, and comes back to the same page', async () => {
  const { page, context } = await open(browser, '/catalog?kind=api', { url: portal.url, signedIn: false });
  await page.getByRole('button', START).waitFor();
  await page.evaluate(() => {
    window.open = () => null;
  });
  await page.getByRole('button', START).click();
  await page.getByText('The browser blocked the sign-in window').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Sign in without a window' }).click();
  await signInAt(page, 'rosa.lindqvist');
  await page.getByRole('table', { name: 'APIs' }).waitFor();
  expect(new URL(page.url()).search).toBe('?kind=api');
  await context.close();
});

it('tells somebody whom the catalog does not know what to do', async () => {
  const { page, context } = await open(browser, '/home', { url: portal.url, signedIn: false });
  const opening = page.waitForEvent('popup');
  await page.getByRole('button', START).click();
  await signInAt(await opening, 'stranger');
  await page.getByText('The portal does not know who you are').waitFor();
  expect(await violations(page)).toEqual([]);
  await context.close();
});
