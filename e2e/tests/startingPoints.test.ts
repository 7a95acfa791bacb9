// From each starting point to a repository on a real git server and, where the template registers it, an entity.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, open } from '../support/browser';
import { type GitHost, startGitHost } from '../support/gitHost';
import { EXAMPLES, type Portal, startPortal } from '../support/portal';
import { settled } from '../support/settled';

let browser: Browser;
let git: GitHost;
let portal: Portal;
beforeAll(async () => {
  git = await startGitHost();
  portal = await startPortal({
    files: [EXAMPLES],
    atLeast: 60,
    config: { integrations: git.integrations },
  });
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await portal?.stop();
  git?.stop();
});

const review = (page: Page) => page.locator('form').getByRole('button', { name: 'Review' }).click();
const next = (page: Page) => page.getByRole('button', { name: 'Next', exact: true }).click();

async function choose(page: Page, label: RegExp, text: string, option: RegExp) {
  await page.getByLabel(label).click();
  await page.keyboard.type(text);
  await page.getByRole('option', { name: option }).first().click();
}

async function repository(page: Page, name: string) {
  await page.getByLabel('Host').selectOption(git.host);
  await page.getByLabel(/^Owner/).fill('tidewater');
  await page.getByLabel(/^Repository name/).fill(name);
}

/** Reviews, creates, and waits for the end of the task. */
async function create(page: Page) {
  await review(page);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.waitForURL('**/create/tasks/*');
  await page.getByText('Completed', { exact: true }).first().waitFor({ timeout: 60_000 });
}

async function opened(template: string) {
  const { page, context, troubles } = await open(browser, `/create/templates/default/${template}`, {
    url: portal.url,
  });
  await settled(page);
  return { page, context, troubles };
}

/** What came into being: the entity, by its page. */
async function showsEntity(page: Page, name: string, title = name) {
  await page.getByRole('link', { name: 'Open in the catalog' }).click();
  await page.waitForURL(`**/catalog/default/component/${name}`);
  await page.getByRole('heading', { name: title, level: 1 }).waitFor();
}

const SERVICES = [
  { template: 'rust-service', name: 'e2e-rust', pages: 2, file: 'src/main.rs' },
  { template: 'nextjs-app', name: 'e2e-next', pages: 1, file: 'app/page.tsx' },
  {
    template: 'spring-boot-service',
    name: 'e2e-spring',
    pages: 2,
    file: 'src/main/java/com/tidewater/e2espring/Application.java',
  },
];

it.each(SERVICES)('creates from $template', async ({ template, name, pages, file }) => {
  const { page, context, troubles } = await opened(template);
  await page.getByLabel(/^Name/).fill(name);
  await page.getByLabel(/^Description/).fill('Made by a test, "quoted" & all');
  await choose(page, /^Owner/, 'booking', /Booking/);
  for (let at = 0; at < pages; at += 1) await next(page);
  await repository(page, name);
  await create(page);
  git.clone(`tidewater/${name}`, 'main', (folder) => {
    expect(existsSync(join(folder, file))).toBe(true);
    expect(readFileSync(join(folder, 'catalog-info.yaml'), 'utf8')).toContain(`name: ${name}`);
    expect(readFileSync(join(folder, '.github/workflows/ci.yaml'), 'utf8')).toContain('pull_request');
  });
  await showsEntity(page, name);
  expect(troubles).toEqual([]);
  await context.close();
});

it('creates a docs site with a page for each section', async () => {
  const { page, context, troubles } = await opened('docs-site');
  await page.getByLabel(/^Name/).fill('e2e-docs');
  await page.getByLabel(/^Title/).fill('A handbook');
  await choose(page, /^Owner/, 'platform', /Platform/);
  await next(page);
  await repository(page, 'e2e-docs');
  await create(page);
  git.clone('tidewater/e2e-docs', 'main', (folder) => {
    expect(readFileSync(join(folder, 'docs/how-we-work.md'), 'utf8')).toContain('# How we work');
    expect(existsSync(join(folder, 'docs/runbooks.md'))).toBe(true);
  });
  await showsEntity(page, 'e2e-docs', 'A handbook');
  expect(troubles).toEqual([]);
  await context.close();
});

it('opens a pull request that adds an existing repository to the catalog', async () => {
  // The repository of the first test.
  const { page, context, troubles } = await opened('add-to-catalog');
  await repository(page, 'e2e-rust');
  await next(page);
  await page.getByLabel(/^Name/).fill('e2e-added');
  await choose(page, /^Owner/, 'data', /Data/);
  await create(page);
  git.clone('tidewater/e2e-rust', 'add-catalog-info', (folder) => {
    expect(readFileSync(join(folder, 'catalog-info.yaml'), 'utf8')).toContain('name: e2e-added');
    expect(existsSync(join(folder, 'Cargo.toml'))).toBe(true);
  });
  const link = page.getByRole('link', { name: 'Pull request' });
  expect(await link.getAttribute('href')).toContain('/tidewater/e2e-rust/pull/');
  expect(troubles).toEqual([]);
  await context.close();
});

it('says at the step what the host refuses, and what to do', async () => {
  const { page, context } = await opened('rust-service');
  await page.getByLabel(/^Name/).fill('e2e-rust');
  await choose(page, /^Owner/, 'booking', /Booking/);
  await next(page);
  await next(page);
  await repository(page, 'e2e-rust');
  await review(page);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByText('Failed', { exact: true }).first().waitFor({ timeout: 60_000 });
  await page
    .getByText(/already/)
    .first()
    .waitFor();
  expect(await page.content()).not.toContain(git.token);
  await context.close();
});
