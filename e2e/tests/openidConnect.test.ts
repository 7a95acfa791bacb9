// Signing in with a real OpenID provider, over Backstage's wire: the windows and calls are those that a Backstage app
// makes, from a page of the portal's own origin.

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { launch } from '../support/browser';
import { type IdentityProvider, startIdentityProvider } from '../support/identityProvider';
import { EXAMPLES, freePort, type Portal, startPortal } from '../support/portal';

const ENVIRONMENT = 'e2e';

type Posted = {
  type: string;
  targetOrigin?: string;
  response?: {
    profile: { email?: string; displayName?: string };
    providerInfo: { idToken: string; accessToken: string; scope: string };
    backstageIdentity?: { token: string; identity: { userEntityRef: string; ownershipEntityRefs: string[] } };
  };
  error?: { name: string; message: string };
};

let browser: Browser;
let identities: IdentityProvider;
let portal: Portal;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  const port = await freePort();
  identities = await startIdentityProvider(`http://localhost:${port}/api/auth/oidc/handler/frame`);
  const section = {
    ...identities.section,
    // What a provider wants before it gives out refresh tokens.
    prompt: 'consent',
    additionalScopes: 'offline_access',
    signIn: { resolvers: [{ resolver: 'emailMatchingUserEntityProfileEmail' }] },
  };
  portal = await startPortal({
    files: [EXAMPLES],
    atLeast: 60,
    port,
    auth: { environment: ENVIRONMENT, providers: { oidc: { [ENVIRONMENT]: section } } },
  });
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  await portal?.stop();
  await identities?.stop();
});

beforeEach(async () => {
  await context?.close();
  context = await browser.newContext({ baseURL: portal.url });
  context.setDefaultTimeout(15_000);
  page = await context.newPage();
  // A page of the portal's origin on which nothing of the portal runs.
  await page.goto('/api/auth/.well-known/jwks.json');
});

/** Fills in the provider's pages, as a person does. */
async function signInAt(window: Page, login: string) {
  await window.locator('input[name=login]').fill(login);
  await window.locator('input[name=password]').fill('any');
  await window.getByRole('button', { name: 'Sign-in' }).click();
  await window.getByRole('button', { name: 'Continue' }).click();
}

/** Opens the window of a Backstage app, and gives what it posts until it closes. */
async function byPopup(login: string): Promise<Posted[]> {
  const opening = page.waitForEvent('popup');
  const posting = page.evaluate((environment) => {
    const query = new URLSearchParams({
      scope: 'openid profile email',
      origin: window.location.origin,
      flow: 'popup',
      env: environment,
    });
    const popup = window.open(`/api/auth/oidc/start?${query}`, 'sign-in', 'width=450,height=730');
    return new Promise<Posted[]>((done) => {
      const posted: Posted[] = [];
      window.addEventListener('message', (event) => {
        if (event.source !== popup || event.origin !== window.location.origin) return;
        posted.push(event.data);
        if (event.data.type === 'authorization_response') done(posted);
      });
    });
  }, ENVIRONMENT);
  const popup = await opening;
  const closed = popup.waitForEvent('close');
  await signInAt(popup, login);
  const posted = await posting;
  await closed;
  return posted;
}

/** Calls the server as a Backstage app does. */
function call(method: string, path: string): Promise<{ status: number; text: string }> {
  return page.evaluate(
    async ([how, where]) => {
      const headers = { 'X-Requested-With': 'XMLHttpRequest' };
      const answer = await fetch(where, { method: how, headers, credentials: 'include' });
      return { status: answer.status, text: await answer.text() };
    },
    [method, path] as const,
  );
}

const refresh = () => call('GET', `/api/auth/oidc/refresh?optional&env=${ENVIRONMENT}`);

it('signs in by popup, tells the app who it is, and is still there after a reload', async () => {
  const [info, outcome] = await byPopup('rosa.lindqvist');
  expect(info).toEqual({ type: 'config_info', targetOrigin: portal.url });
  expect(outcome?.error).toBeUndefined();
  expect(outcome?.response?.profile.email).toBe('rosa.lindqvist@tidewater.example');
  expect(outcome?.response?.providerInfo.scope).toBe('openid profile email offline_access');
  const identity = outcome?.response?.backstageIdentity;
  expect(identity?.identity).toEqual({
    type: 'user',
    userEntityRef: 'user:default/rosa.lindqvist',
    ownershipEntityRefs: ['user:default/rosa.lindqvist', 'group:default/booking-team'],
  });
  const entities = await fetch(`${portal.url}/api/catalog/entities/by-query?limit=1`, {
    headers: { Authorization: `Bearer ${identity?.token}` },
  });
  expect(entities.status).toBe(200);

  await page.reload();
  const renewed = await refresh();
  expect(renewed.status).toBe(200);
  expect(JSON.parse(renewed.text).backstageIdentity.identity.userEntityRef).toBe(
    'user:default/rosa.lindqvist',
  );
  // The provider has rotated the token in the cookie, and takes the new one.
  expect((await refresh()).status).toBe(200);
});

it('keeps tokens where no script can read them', async () => {
  await byPopup('rosa.lindqvist');
  expect(await page.evaluate(() => document.cookie)).toBe('');
  const cookies = await context.cookies(`${portal.url}/api/auth/oidc/refresh`);
  const names = cookies.map((cookie) => cookie.name);
  expect(names).toContain('oidc-refresh-token');
  expect(cookies.every((cookie) => cookie.httpOnly && cookie.sameSite === 'Lax')).toBe(true);
});

it('signs in by redirect and comes back to where the app was', async () => {
  const back = `${portal.url}/api/auth/.well-known/openid-configuration?at=here`;
  const query = new URLSearchParams({
    scope: 'openid',
    origin: portal.url,
    flow: 'redirect',
    redirectUrl: back,
    env: ENVIRONMENT,
  });
  await page.goto(`/api/auth/oidc/start?${query}`);
  await signInAt(page, 'hana.sato');
  await page.waitForURL(back);
  const session = JSON.parse((await refresh()).text);
  expect(session.backstageIdentity.identity.userEntityRef).toBe('user:default/hana.sato');
});

it('forgets the session on signing out', async () => {
  await byPopup('rosa.lindqvist');
  const out = await call('POST', `/api/auth/oidc/logout?env=${ENVIRONMENT}`);
  expect(out).toEqual({ status: 200, text: '' });
  const gone = await refresh();
  expect(gone.status).toBe(401);
  expect(JSON.parse(gone.text).error.message).toBe(
    'Refresh failed; caused by InputError: Missing session cookie',
  );
});

it('takes a refresh token no more that the provider was told to forget', async () => {
  await byPopup('rosa.lindqvist');
  const kept = await context.cookies(`${portal.url}/api/auth/oidc/refresh`);
  await call('POST', `/api/auth/oidc/logout?env=${ENVIRONMENT}`);
  await context.addCookies(kept);
  const answer = await refresh();
  expect(answer.status).toBe(401);
  expect(answer.text).toContain('Refresh failed; caused by Error: Authentication failed');
});

it('does not believe an address that nobody has verified', async () => {
  const [, outcome] = await byPopup('rosa.lindqvist?');
  expect(outcome?.response).toBeUndefined();
  expect(outcome?.error?.message).toContain('is not verified by the identity provider');
  expect((await refresh()).status).toBe(401);
});

it('lets nobody in who is not in the catalog', async () => {
  const [, outcome] = await byPopup('stranger');
  expect(outcome?.error?.message).toMatch(/^Failed to sign-in, unable to resolve user identity\./);
});

it('takes an answer once, and only in the browser that asked for it', async () => {
  // A redirect, so that the address with code and state can be seen.
  const answers: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/handler/frame')) answers.push(request.url());
  });
  const query = new URLSearchParams({ origin: portal.url, flow: 'popup', env: ENVIRONMENT });
  await page.goto(`/api/auth/oidc/start?${query}`);
  await signInAt(page, 'rosa.lindqvist');
  await page.waitForURL(/handler\/frame/);
  const [answer] = answers;
  const again = await page.request.get(answer as string);
  expect(decodeURIComponent(await again.text())).toContain('This sign-in has been used already');

  const other = await browser.newContext();
  const elsewhere = await other.request.get(answer as string);
  expect(decodeURIComponent(await elsewhere.text())).toContain('Auth response is missing cookie nonce');
  await other.request.get(`${portal.url}/api/auth/oidc/start?${query}`, { maxRedirects: 0 });
  const wrong = await other.request.get(answer as string);
  expect(decodeURIComponent(await wrong.text())).toContain('Invalid nonce');
  await other.close();
});

it('tells the sign-in page what there is', async () => {
  const answer = await fetch(`${portal.url}/api/auth/.callboard/sign-in-options`);
  expect(await answer.json()).toEqual({
    providers: [
      { id: 'guest', title: 'Guest', kind: 'guest' },
      { id: 'oidc', title: 'OpenID Connect', kind: 'oauth' },
    ],
    environment: ENVIRONMENT,
  });
});
