// Waits until a page shows what it has to show.

import type { Page } from 'playwright-core';

/** No request under way, and no placeholder left in sight. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(
    () => document.querySelectorAll('[class*="skeleton"]').length === 0 && document.fonts.status === 'loaded',
  );
}
