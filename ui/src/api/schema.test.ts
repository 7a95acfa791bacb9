import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import { expect, it } from 'vitest';

it('the typed client is generated from the catalog API as it is now (npm run generate)', async () => {
  const document = resolve('..', 'plugins', 'catalog', 'openapi.yaml');
  const generated = astToString(await openapiTS(readFileSync(document, 'utf8')));
  const committed = readFileSync(resolve('src', 'api', 'schema.ts'), 'utf8');
  // The command puts a comment in front of what the library makes.
  expect(committed.slice(committed.indexOf('export interface paths'))).toBe(
    generated.slice(generated.indexOf('export interface paths')),
  );
});
