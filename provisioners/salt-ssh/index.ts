import type { Provisioner } from '../../plugins/sdk/index.ts';
import type { SaltSshProvisionerConfig } from './config.gen.ts';
import { inputFiles, prepare } from './prepare.ts';

export const provisioner: Provisioner<SaltSshProvisionerConfig> = {
  kind: 'provisioner',
  prepare,
  requirements: (config) => [
    {
      program: config?.command ?? 'salt-ssh',
      package: 'salt-ssh',
      purpose: 'apply Salt states to the guest',
      ...(config === undefined ? { optional: true } : {}),
    },
    { program: 'ssh', package: 'openssh-client', purpose: "take Salt's commands to the guest" },
  ],
  resources: [],
  inputFiles,
  provision: async (config, run) => (await import('./run.ts')).provision(config, run),
};
