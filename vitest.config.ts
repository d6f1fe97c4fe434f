import { defineConfig } from 'vitest/config';
import { SlowestFirst } from './test/support/slowest-first.js';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  // The service under test takes the library as it stands in `src`, and every test the same copy of it.
  resolve: { tsconfigPaths: true },
  test: {
    include: ['{src,service/src}/**/*.spec.{ts,tsx}', '{test,service/test}/**/*.e2e-spec.{ts,tsx}'],
    isolate: false,
    globalSetup: 'test/support/global-setup.ts',
    // Some tests wait for PostgreSQL or for a deadline, which leaves two cores room for a third.
    maxWorkers: 3,
    sequence: { sequencer: SlowestFirst },
    // For what hangs: a slow machine has the time it needs.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 15_000 } },
  },
});
