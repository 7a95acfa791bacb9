// The forms of real templates: each is drawn, whatever its fields, conditions and widgets are.

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { launch, open } from '../support/browser';
import { startPortal } from '../support/portal';
import { settled } from '../support/settled';

const CORPUS = resolve(import.meta.dirname, '..', '..', '..', 'shared', 'corpus', 'templates');

type Verdict = { kind: string; name: string; ok: boolean };

/** What the form library has to say of a template whose default is none of its choices. */
const FAULT_OF_THE_TEMPLATE = /schema default value .* is not one of the values in the enum/;

/** The names of those that Backstage takes, each once; not those that a file which it rejects claims too. */
function names(): string[] {
  const verdicts = JSON.parse(readFileSync(join(CORPUS, 'verdicts.json'), 'utf8')) as Record<
    string,
    Verdict[]
  >;
  const all = Object.values(verdicts).flat();
  const rejected = new Set(all.filter((verdict) => !verdict.ok).map((verdict) => verdict.name));
  const good = all.filter((verdict) => verdict.ok && verdict.kind === 'Template');
  return [...new Set(good.map((verdict) => verdict.name))].filter((name) => !rejected.has(name)).sort();
}

const isThere = existsSync(join(CORPUS, 'verdicts.json'));
if (!isThere) process.stdout.write(`skipped: no corpus of templates at ${CORPUS}\n`);

it.skipIf(!isThere)('the form of every template of the corpus is drawn', { timeout: 300_000 }, async () => {
  const all = names();
  const files = Object.keys(JSON.parse(readFileSync(join(CORPUS, 'verdicts.json'), 'utf8')) as object);
  const portal = await startPortal({ files: files.map((file) => join(CORPUS, file)), atLeast: all.length });
  const browser = await launch();
  const wrong: string[] = [];
  try {
    const { page, context, troubles } = await open(browser, '/home', { url: portal.url });
    for (const name of all) {
      await page.goto(`/create/templates/default/${name}`);
      await settled(page);
      const drawn = await page.locator('form, [data-review]').count();
      if (drawn === 0) wrong.push(`${name}: there is no form`);
      const own = troubles.splice(0).filter((trouble) => !FAULT_OF_THE_TEMPLATE.test(trouble));
      wrong.push(...own.map((trouble) => `${name}: ${trouble}`));
    }
    await context.close();
  } finally {
    await browser.close();
    await portal.stop();
  }
  expect(wrong).toEqual([]);
  expect(all.length).toBeGreaterThan(50);
});
