// Reports how long it takes from navigation until the table of 10,000 entities is painted. It judges nothing: a time is
// a fact about a machine.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch } from '../support/browser';
import { type Portal, program, startPortal } from '../support/portal';

const ENTITIES = 10_000;
const PER_FILE = 500;
const ROUNDS = 5;

let folder: string;
let portal: Portal;

function component(index: number): string {
  const type = ['service', 'website', 'library'][index % 3];
  const lifecycle = ['production', 'experimental', 'deprecated'][
    index % 7 === 0 ? 1 : index % 11 === 0 ? 2 : 0
  ];
  return [
    'apiVersion: backstage.io/v1alpha1',
    'kind: Component',
    'metadata:',
    `  name: service-${String(index).padStart(5, '0')}`,
    `  description: Number ${index} of many`,
    `  tags: [go, team-${index % 40}]`,
    'spec:',
    `  type: ${type}`,
    `  lifecycle: ${lifecycle}`,
    `  owner: team-${index % 40}`,
    `  system: system-${index % 100}`,
    '',
  ].join('\n');
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'callboard-paint-'));
  for (let start = 0; start < ENTITIES; start += PER_FILE) {
    const documents = Array.from({ length: PER_FILE }, (_, offset) => component(start + offset));
    writeFileSync(join(folder, `part-${String(start).padStart(5, '0')}.yaml`), documents.join('---\n'));
  }
  portal = await startPortal({ files: [join(folder, '*.yaml')], atLeast: ENTITIES });
});

afterAll(async () => {
  await portal?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it(`paints the table of ${ENTITIES.toLocaleString('en')} entities`, async () => {
  const browser = await launch();
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    // A browser context of its own each time: nothing is cached.
    const context = await browser.newContext({ baseURL: portal.url, viewport: { width: 1440, height: 900 } });
    await context.addInitScript(() => {
      localStorage.setItem('callboard:sign-in', 'guest');
      const look = () => {
        if (document.querySelectorAll('[role="table"] [data-index] a').length < 10) {
          requestAnimationFrame(look);
          return;
        }
        // The frame that holds the rows is on screen when the one after it begins.
        requestAnimationFrame(() => {
          (window as unknown as { paintedAt: number }).paintedAt = performance.now();
        });
      };
      requestAnimationFrame(look);
    });
    const page = await context.newPage();
    await page.goto('/catalog');
    const handle = await page.waitForFunction(() => (window as unknown as { paintedAt?: number }).paintedAt);
    times.push((await handle.jsonValue()) ?? Number.NaN);
    await context.close();
  }
  await browser.close();
  const ordered = times.toSorted((a, b) => a - b);
  console.log(
    `${program()}: table of ${ENTITIES} entities painted after ${ordered.map((time) => time.toFixed(0)).join(', ')} ms; ` +
      `median ${ordered[Math.floor(ROUNDS / 2)]?.toFixed(0)} ms`,
  );
  expect(times).toHaveLength(ROUNDS);
});
