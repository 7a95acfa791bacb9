import { defineConfig } from 'vitest/config';

// The portal starts inside of the test: it needs the build that STOCK_DIST names.
export default defineConfig({
  test: { fileParallelism: false, testTimeout: 180_000, hookTimeout: 180_000, reporters: ['default'] },
});
