import { defineConfig } from 'vitest/config';

// One portal for all files, one file at a time: two cores, one browser, no surprises.
export default defineConfig({
  test: {
    globalSetup: ['support/globalSetup.ts'],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 120_000,
    reporters: ['default'],
  },
});
