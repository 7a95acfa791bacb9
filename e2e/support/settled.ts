// Waits until a page shows what it has to show.

import type { Page } from 'playwright-core';

const FRAMES = 3;
/** How long a page takes is a fact about the machine. */
const LATEST_MS = 90_000;

/**
 * The page says of itself that it is complete (`aria-busy` on its main region, which also holds while the router changes
 * pages), no placeholder is left in sight, and this stays so for a few frames: an answer may bring the next question.
 * Requests on the network say nothing about it: after a navigation inside the portal the document has long been loaded,
 * and the stream of changes never ends.
 */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    (frames) => {
      const quiet =
        document.querySelector('#main[aria-busy="false"]') !== null &&
        document.querySelectorAll('[class*="skeleton"], [class*="ToCome"]').length === 0 &&
        document.fonts.status === 'loaded';
      const counter = window as unknown as { quietFrames?: number };
      counter.quietFrames = quiet ? (counter.quietFrames ?? 0) + 1 : 0;
      if (counter.quietFrames < frames) return false;
      counter.quietFrames = 0;
      return true;
    },
    FRAMES,
    { timeout: LATEST_MS },
  );
}
