import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, open } from '../support/browser';
import { EXAMPLES, type Portal, startPortal } from '../support/portal';
import { settled } from '../support/settled';
import { violations } from '../support/violations';

const TEMPLATE = `apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata:
  name: with-approval
  title: With approval
spec:
  owner: group:default/booking-team
  type: example
  parameters:
    - title: Values
      required: [token]
      properties:
        token: {title: Token, type: string, ui:field: Secret}
  steps:
    - id: buy
      name: Buy something
      action: debug:log
      approval:
        approvers: ['user:default/rosa.lindqvist']
        message: It costs 40 euros a month
      input:
        message: The token is \${{ secrets.token }}
`;

let browser: Browser;
let portal: Portal;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'callboard-e2e-approval-'));
  const file = join(folder, 'template.yaml');
  writeFileSync(file, TEMPLATE);
  portal = await startPortal({ files: [EXAMPLES, file], atLeast: 60 });
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  await portal.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('holds a task until somebody says yes, and never shows its secret', async () => {
  const { page, context, troubles } = await open(browser, '/create/templates/default/with-approval', {
    url: portal.url,
  });
  await page.getByLabel('Token').fill('s3cr3t-canary');
  await page.locator('button[data-next]').click();
  await page.getByText('••••••').waitFor();
  expect(await page.content()).not.toContain('s3cr3t-canary');
  await page.locator('button[data-next]').click();
  await page.waitForURL('**/create/tasks/*');
  const task = page.url();
  const approval = page.getByRole('region', { name: 'Approval of Buy something' });
  await approval.getByText('It costs 40 euros a month').waitFor();
  await settled(page);
  expect(await violations(page)).toEqual([]);

  await page.goto('/home');
  await page
    .getByRole('region', { name: 'Needs you' })
    .getByRole('link', { name: /^With approval/ })
    .click();
  await page.waitForURL(task);
  await approval.getByRole('textbox').fill('Fine with me');
  await approval.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('button', { name: /Buy something.*Completed/ }).waitFor();
  await page
    .getByText(/The token is \*\*\*/)
    .first()
    .waitFor();
  expect(await page.content()).not.toContain('s3cr3t-canary');
  expect(troubles).toEqual([]);
  await context.close();
});
