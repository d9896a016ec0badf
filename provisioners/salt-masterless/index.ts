import type { Provisioner } from '../../plugins/sdk/index.ts';
import type { SaltMasterlessProvisionerConfig } from './config.gen.ts';
import { inputFiles, prepare } from './prepare.ts';

export const provisioner: Provisioner<SaltMasterlessProvisionerConfig> = {
  kind: 'provisioner',
  prepare,
  requirements: (config) =>
    config !== undefined && (config.formulas ?? []).length === 0
      ? []
      : [
          {
            program: 'git',
            package: 'git',
            purpose: 'fetch Salt formulas',
            ...(config === undefined ? { optional: true } : {}),
          },
        ],
  resources: [],
  inputFiles,
  provision: async (config, run) => (await import('./run.ts')).provision(config, run),
};
