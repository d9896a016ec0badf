import { defineProvisioner, errorAt, type Provisioner } from '../../plugins/sdk/index.ts';
import type { SleepProvisionerConfig } from './config.gen.ts';

export const provisioner: Provisioner<SleepProvisionerConfig> = defineProvisioner({
  needsNoGuest: true,
  prepare: ({ duration }) =>
    duration >= 0 ? [] : [errorAt('SLEEP_NEGATIVE', '/duration', 'duration is less than nothing')],
  provision: async (config, run) => (await import('./run.ts')).provision(config, run),
});
