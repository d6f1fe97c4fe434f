import { defineConfig } from 'vitest/config';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  // The service under test takes the library as it stands in `src`, and every test the same copy of it.
  resolve: { tsconfigPaths: true },
  test: {
    include: ['{src,service/src}/**/*.spec.{ts,tsx}', '{test,service/test}/**/*.e2e-spec.{ts,tsx}'],
    isolate: false,
    globalSetup: 'test/support/global-setup.ts',
    // Most tests wait for PostgreSQL or for a process that they started.
    maxWorkers: 3,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
