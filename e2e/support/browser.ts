// A real Chromium. Every page fails its test if it logs an error or throws.

import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { inject } from 'vitest';

const CANDIDATES = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

export function launch(): Promise<Browser> {
  const executablePath = CANDIDATES.find((path) => path && existsSync(path));
  if (!executablePath)
    throw new Error('There is no Chromium. Install the package "chromium", or set CHROMIUM to its path.');
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--force-color-profile=srgb'] });
}

export type Theme = 'light' | 'dark';

export type OpenOptions = {
  theme?: Theme;
  width?: number;
  height?: number;
  signedIn?: boolean;
  /** A portal of the test's own instead of the common one. */
  url?: string;
};

export type Opened = { page: Page; context: BrowserContext; troubles: string[] };

/** A fresh person at an address of the portal; signed in as guest unless told otherwise. */
export async function open(browser: Browser, path: string, options: OpenOptions = {}): Promise<Opened> {
  const { theme = 'light', width = 1440, height = 900, signedIn = true, url } = options;
  const context = await browser.newContext({
    baseURL: url ?? inject('portalUrl'),
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(30_000);
  if (signedIn) await context.addInitScript(() => localStorage.setItem('callboard:sign-in', 'guest'));
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    // The browser itself reports every 404; a setting that was never written is one, and no trouble.
    if (message.type() === 'error' && !message.text().includes('status of 404'))
      troubles.push(message.text());
  });
  await page.goto(path);
  return { page, context, troubles };
}

/** The references of the entities in the catalog's table, as they stand in sight. */
export function rowRefs(page: Page): Promise<string[]> {
  return page
    .locator('[role="table"] [data-index]')
    .evaluateAll((rows) =>
      rows.map((row) => row.querySelector<HTMLElement>('[data-entity-ref]')?.dataset.entityRef ?? ''),
    );
}

/** The first link to an entity. */
export function linkTo(page: Page, ref: string): Locator {
  return page.locator(`[data-entity-ref="${ref}"]`).first();
}
