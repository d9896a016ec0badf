import { defineProvisioner, errorAt, type Provisioner } from 'kiln-sdk';
import type { ExampleConfig } from './config.gen.ts';

export const provisioner: Provisioner<ExampleConfig> = defineProvisioner({
  prepare: ({ path }) =>
    path.startsWith('/')
      ? []
      : [errorAt('EXAMPLE_PATH', '/path', `${path} is not absolute`, { hint: 'begin it with /' })],
  provision: async ({ text, path }: ExampleConfig, run) => {
    const { communicator, signal } = run;
    run.say(`Writing ${path}`);
    await communicator.upload({ content: `${text}\n` }, path, { signal, mode: 0o644 });
  },
});
