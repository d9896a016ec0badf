import { defineConfig, type ViteUserConfig } from 'vitest/config';

const common = { testTimeout: 30_000, hookTimeout: 60_000 };

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: 'sources',
          include: ['test/{unit,contract,template}/**/*.test.ts'],
        },
      },
      {
        test: {
          ...common,
          name: 'bundle',
          include: ['test/{cli,integration}/**/*.test.ts'],
          globalSetup: ['test/support/build-once.ts'],
        },
      },
    ],
  },
});
export default config;
