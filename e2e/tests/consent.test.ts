// A program asks to act for somebody: registers itself, sends the browser to the portal, and gets a code or a refusal.

import { createServer } from 'node:http';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, open } from '../support/browser';
import { EXAMPLES, type Portal, startPortal } from '../support/portal';
import { violations } from '../support/violations';

type Program = { callback: string; answer: () => Promise<URLSearchParams>; stop: () => Promise<void> };

/** The program's end: a web server that waits for the browser to come back. */
async function startProgram(): Promise<Program> {
  let got: (params: URLSearchParams) => void = () => undefined;
  const answer = new Promise<URLSearchParams>((resolve) => {
    got = resolve;
  });
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (url.pathname === '/callback') got(url.searchParams);
    response.writeHead(200, { 'Content-Type': 'text/html' });
    response.end('<title>Back</title>You can close this window.');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    callback: `http://127.0.0.1:${port}/callback`,
    answer: () => answer,
    stop: () => new Promise((stopped) => server.close(() => stopped())),
  };
}

let browser: Browser;
let portal: Portal;
beforeAll(async () => {
  browser = await launch();
  portal = await startPortal({
    files: [EXAMPLES],
    atLeast: 60,
    config: {
      auth: {
        experimentalDynamicClientRegistration: { enabled: true },
        experimentalRefreshToken: { enabled: true },
        providers: {
          guest: {
            userEntityRef: 'user:default/rosa.lindqvist',
            dangerouslyAllowOutsideDevelopment: true,
          },
        },
      },
    },
  });
});
afterAll(async () => {
  await browser.close();
  await portal?.stop();
});

async function register(callback: string): Promise<string> {
  const answer = await fetch(`${portal.url}/api/auth/v1/register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ client_name: 'Tide table', redirect_uris: [callback] }),
  });
  expect(answer.status).toBe(201);
  const { client_id: id } = (await answer.json()) as { client_id: string };
  const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
  const params = new URLSearchParams({
    client_id: id,
    redirect_uri: callback,
    response_type: 'code',
    scope: 'openid offline_access',
    state: 'tide',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  });
  return `/api/auth/v1/authorize?${params}`;
}

it('says who asks and sends the browser back with a code', async () => {
  const program = await startProgram();
  const { page, context } = await open(browser, await register(program.callback), { url: portal.url });
  await page.waitForURL('**/oauth2/authorize/*');
  await page.getByRole('heading', { name: 'Let Tide table act for you?' }).waitFor();
  await page.getByText(/a program on this computer/).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Allow', exact: true }).click();
  const answer = await program.answer();
  expect(answer.get('state')).toBe('tide');
  expect(answer.get('code')).toBeTruthy();
  await context.close();
  await program.stop();
});

it('sends the browser back with the refusal', async () => {
  const program = await startProgram();
  const { page, context } = await open(browser, await register(program.callback), {
    url: portal.url,
    theme: 'dark',
    width: 390,
    height: 844,
  });
  await page.getByRole('button', { name: 'Do not allow' }).click();
  expect((await program.answer()).get('error')).toBe('access_denied');
  await context.close();
  await program.stop();
});

it('says that a request is over', async () => {
  const { page, context } = await open(browser, '/oauth2/authorize/no-such-session', { url: portal.url });
  await page.getByRole('heading', { name: 'This request is over' }).waitFor();
  await context.close();
});
