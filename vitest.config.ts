import { defineConfig } from 'vitest/config';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    include: ['src/**/*.spec.{ts,tsx}', 'test/**/*.e2e-spec.{ts,tsx}'],
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
