import { defineProvisioner, type Requirement, type Provisioner } from '../../plugins/sdk/index.ts';
import type { SaltMasterlessProvisionerConfig } from './config.gen.ts';
import { inputFiles, prepare } from './prepare.ts';

const git: Requirement = { program: 'git', package: 'git', purpose: 'fetch Salt formulas' };

export const provisioner: Provisioner<SaltMasterlessProvisionerConfig> = defineProvisioner({
  prepare,
  programs: [{ ...git, optional: true }],
  needs: ({ formulas = [] }) => (formulas.length === 0 ? [] : [git]),
  inputFiles,
  provision: async (config, run) => (await import('./run.ts')).provision(config, run),
});
