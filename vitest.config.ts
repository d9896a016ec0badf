import { availableParallelism } from 'node:os';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { quickTests, SOURCE_TESTS } from './test/support/kiln/quick.ts';
import { readSecondGoes, secondGoReporter } from './test/support/kiln/second-go.ts';

const common: NonNullable<ViteUserConfig['test']> = {
  testTimeout: 30_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 10_000 } },
  // Real servers and guests on a shared machine: one that was starved of the processor gets a second go, and the report says so.
  retry: process.env['CI'] === undefined ? 0 : 1,
};

const quick = quickTests();

const config: ViteUserConfig = defineConfig({
  test: {
    // One a processor, of which Vitest would keep one free: much of the time is waiting for guests and servers.
    maxWorkers: availableParallelism(),
    reporters: ['default', secondGoReporter(readSecondGoes())],
    projects: [
      {
        test: {
          ...common,
          name: 'quick',
          include: [...quick],
          setupFiles: ['test/support/kiln/quick-guard.ts'],
        },
      },
      {
        test: {
          ...common,
          name: 'sources',
          include: [SOURCE_TESTS],
          exclude: [...quick],
        },
      },
      {
        test: {
          ...common,
          name: 'bundle',
          include: ['test/{cli,integration}/**/*.test.ts'],
          globalSetup: ['test/support/kiln/build-once.ts'],
        },
      },
    ],
  },
});
export default config;
