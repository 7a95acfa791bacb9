import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, open } from '../support/browser';
import { settled } from '../support/settled';
import { violations } from '../support/violations';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const FORM = '/create/templates/default/look-around';
const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true });
/** The button that goes on stands in the form; the list of pages has one of the same name. */
const forward = (page: Page) => page.locator('button[data-next]');

/** Fills the form in and sends it; the page of the task opens. */
async function create(page: Page, name: string, seconds = 0): Promise<void> {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Seconds to wait').fill(String(seconds));
  await page.getByRole('combobox', { name: 'Owner' }).fill('booking');
  await page.getByRole('option', { name: /group:default\/booking-team/ }).click();
  await forward(page).click();
  await heading(page, 'Review').waitFor();
  await forward(page).click();
  await page.waitForURL('**/create/tasks/*');
}

const step = (page: Page, name: RegExp) =>
  page.getByRole('list', { name: 'Steps' }).getByRole('button', { name }).first();

it('leads from the gallery through the form to a task that runs before one’s eyes', async () => {
  const { page, context, troubles } = await open(browser, '/create');
  await page.getByRole('searchbox', { name: 'Filter templates' }).fill('look around');
  await page.waitForURL('**q=look*');
  await page.getByRole('link', { name: 'Look around' }).click();
  await heading(page, 'Some values').waitFor();
  await create(page, 'e2e-made');
  await heading(page, 'Look around').waitFor();
  await step(page, /Run whatever happened before.*Completed/).waitFor();
  const output = page.getByRole('region', { name: 'Output' });
  await output.getByRole('heading', { name: 'What was written' }).waitFor();
  const log = page.getByRole('region', { name: 'Lines of the log' });
  await log.getByText('Run completed with status: completed').waitFor();
  await step(page, /Greet each language/).click();
  await page.waitForURL('**step=greet*');
  await log
    .getByText(/Hello Rust/)
    .first()
    .waitFor();

  const link = log.getByRole('button', { name: /^Link to line/ }).first();
  const number = (await link.textContent())?.trim();
  await link.click();
  await page.waitForURL(`**line=${number}*`);
  await page.reload();
  await page.getByRole('button', { name: `Link to line ${number}`, pressed: true }).waitFor();
  expect(troubles).toEqual([]);

  await page.goto('/create/tasks');
  await page.getByRole('link', { name: 'e2e-made' }).first().waitFor();
  await page.goto('/catalog/default/template/look-around');
  await page
    .getByRole('region', { name: 'Used last' })
    .getByRole('link', { name: 'e2e-made' })
    .first()
    .waitFor();
  await context.close();
});

it('keeps a half-filled form over a reload, until it is let go', async () => {
  const { page, context } = await open(browser, FORM);
  await page.getByLabel('Name').fill('half-done');
  await page.waitForFunction(() =>
    Object.keys(localStorage).some(
      (key) => key.startsWith('callboard:draft:') && localStorage[key].includes('half-done'),
    ),
  );
  await page.reload();
  await page.getByText(/Your draft, saved/).waitFor();
  expect(await page.getByLabel('Name').inputValue()).toBe('half-done');
  await page.getByRole('button', { name: 'Discard draft' }).click();
  await page.waitForFunction(
    () => !Object.keys(localStorage).some((key) => key.startsWith('callboard:draft:')),
  );
  expect(await page.getByLabel('Name').inputValue()).toBe('harbour-lights');
  await context.close();
});

it('says at the field what is wrong, and puts the focus there', async () => {
  const { page, context } = await open(browser, FORM);
  await page.getByLabel('Name').fill('');
  await page.getByLabel('Seconds to wait').fill('99');
  await forward(page).click();
  await page.getByRole('alert').getByText('This is needed').waitFor();
  await page.getByRole('alert').getByText('At most 60').waitFor();
  await page.waitForFunction(() => document.activeElement?.id === 'root_name');
  expect(await violations(page)).toEqual([]);
  await context.close();
});

it('is filled in with the keyboard alone', async () => {
  const { page, context } = await open(browser, FORM);
  await page.waitForFunction(() => document.activeElement?.id === 'root_name');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('by-keyboard');
  await page.keyboard.press('Tab');
  await page.keyboard.type('booking');
  await page.getByRole('option', { name: /group:default\/booking-team/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ControlOrMeta+Enter');
  await heading(page, 'Review').waitFor();
  await page.getByText('by-keyboard').waitFor();
  await page.getByRole('link', { name: 'Booking', exact: true }).waitFor();
  await context.close();
});

it('cancels a task, runs it again from where it stopped, and starts over with the same values', async () => {
  const { page, context, troubles } = await open(browser, FORM);
  await create(page, 'e2e-cancelled', 60);
  await step(page, /Wait a moment.*Running/).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Cancelled').first().waitFor();
  await page.getByRole('button', { name: /^Retry from Wait a moment/ }).click();
  await step(page, /Wait a moment.*Running/).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: /^Retry from/ }).waitFor();
  await page.getByRole('link', { name: 'Start over' }).click();
  await heading(page, 'Some values').waitFor();
  expect(await page.getByLabel('Name').inputValue()).toBe('e2e-cancelled');
  expect(troubles).toEqual([]);
  await context.close();
});

it('gives the log as a file', async () => {
  const { page, context } = await open(browser, FORM);
  await create(page, 'e2e-log');
  await step(page, /Run whatever happened before.*Completed/).waitFor();
  await page.getByRole('button', { name: 'More actions' }).click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Download the log' }).click();
  let text = '';
  for await (const chunk of await (await downloading).createReadStream()) text += chunk;
  expect(text).toContain('[Greet each language] ');
  expect(text).not.toContain('\u001b');
  await context.close();
});

it('edits a template with completion, shows its form and runs it dry', async () => {
  const { page, context, troubles } = await open(browser, '/create/edit');
  await page.getByRole('button', { name: /^Hello/ }).click();
  const text = page.getByRole('textbox', { name: 'Text of template.yaml' });
  await text.waitFor();
  await page.getByLabel('Name').fill('harbour');
  await page.getByRole('button', { name: 'Dry run' }).click();
  const result = page.getByRole('region', { name: 'Result of the dry run' });
  await result
    .getByText(/Hello harbour/)
    .first()
    .waitFor();
  await result.getByRole('tab', { name: 'Output' }).click();
  await result.getByText('has been greeted').waitFor();

  await text.getByText('debug:log').click();
  await page.keyboard.press('End');
  for (let count = 0; count < 'debug:log'.length; count += 1) await page.keyboard.press('Backspace');
  await page.keyboard.type('catalog:re');
  await page
    .getByRole('option', { name: /catalog:register/ })
    .first()
    .waitFor();
  expect(await violations(page)).toEqual([]);
  expect(troubles).toEqual([]);
  await context.close();
});

it('shows a skeleton as the files that it becomes', async () => {
  const { page, context } = await open(browser, '/create/edit');
  await page.getByRole('button', { name: /^A service/ }).click();
  await page.getByRole('button', { name: 'README.md' }).first().click();
  const text = page.getByRole('textbox', { name: 'Text of skeleton/README.md' });
  await text.click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('Written by hand');
  await page.getByText('(not saved)').first().waitFor({ state: 'attached' });
  await page.getByLabel('Name').fill('berths');
  await page.getByRole('button', { name: 'Dry run' }).click();
  // The form has a second page with something that is needed.
  await page.getByText('The form is not filled in as the template asks').waitFor();
  await page.getByRole('tab', { name: 'Form' }).click();
  await page.getByRole('combobox', { name: 'Owner' }).fill('booking');
  await page.getByRole('option', { name: /group:default\/booking-team/ }).click();
  await page.getByLabel('Page').selectOption({ label: '2. Where it goes' });
  await page.getByLabel('Host').selectOption('github.com');
  await page.getByRole('textbox', { name: 'Owner' }).fill('tidewater');
  await page.getByRole('textbox', { name: 'Repository name' }).fill('berths');
  await page.getByRole('button', { name: 'Dry run' }).click();
  const result = page.getByRole('region', { name: 'Result of the dry run' });
  await result.getByRole('button', { name: 'README.md' }).click();
  await result.getByText('# berths').waitFor();
  await result.getByText('Written by hand').waitFor();
  await context.close();
});

it('links to one action, and to one field', async () => {
  const { page, context } = await open(browser, '/create/actions#debug:log');
  await heading(page, 'debug:log').waitFor();
  await page.waitForFunction(() => {
    const box = document.getElementById('debug:log')?.getBoundingClientRect();
    return box !== undefined && box.top >= 0 && box.top < window.innerHeight / 2;
  });
  await page.goto('/create/fields?field=Secret');
  await page.getByLabel('Token').fill('abc');
  await page.getByText('Secrets: value').waitFor();
  await context.close();
});

it.each(['light', 'dark'] as const)(
  'axe finds nothing on a task in %s, nor on a small screen',
  async (theme) => {
    const { page, context } = await open(browser, FORM, { theme });
    await create(page, `e2e-axe-${theme}`);
    await step(page, /Run whatever happened before.*Completed/).waitFor();
    await settled(page);
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBe(0);
    await context.close();
  },
);
