// One portal with the example company, and one file host, for all test files.

import type { TestProject } from 'vitest/node';
import { startFileHost } from './fileHost';
import { EXAMPLES, startPortal } from './portal';

const EXAMPLE_ENTITIES = 60;

export default async function setup(project: TestProject) {
  const files = await startFileHost();
  const portal = await startPortal({
    files: [EXAMPLES],
    readFrom: [files.host],
    atLeast: EXAMPLE_ENTITIES,
  }).catch(async (error: unknown) => {
    await files.stop();
    throw error;
  });
  project.provide('portalUrl', portal.url);
  project.provide('filesUrl', files.url);
  return async () => {
    await portal.stop();
    await files.stop();
  };
}

declare module 'vitest' {
  export interface ProvidedContext {
    portalUrl: string;
    filesUrl: string;
  }
}
