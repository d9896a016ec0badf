import { defineProvisioner, type Requirement, type Provisioner } from '../../plugins/sdk/index.ts';
import type { SaltSshProvisionerConfig } from './config.gen.ts';
import { inputFiles, prepare } from './prepare.ts';

const ssh: Requirement = { program: 'ssh', package: 'openssh-client', purpose: "take Salt's commands to the guest" };

function salt(program = 'salt-ssh'): Requirement {
  return { program, package: 'salt-ssh', purpose: 'apply Salt states to the guest', decidedBy: ['command'] };
}

export const provisioner: Provisioner<SaltSshProvisionerConfig> = defineProvisioner({
  prepare,
  programs: [{ ...salt(), optional: true }, ssh],
  needs: ({ command }) => [salt(command), ssh],
  inputFiles,
  provision: async (config, run) => (await import('./run.ts')).provision(config, run),
});
