import type { Requirement } from '../../plugins/sdk/index.ts';
import type { AnsibleProvisionerConfig } from './config.gen.ts';
import { environmentOf } from './environment.ts';

const ssh: Requirement = { program: 'ssh', package: 'openssh-client', purpose: "take Ansible's commands to the guest" };

function playbook(program = 'ansible-playbook'): Requirement {
  return { program, package: 'ansible-core', purpose: 'run playbooks', decidedBy: ['command'] };
}

function galaxy(program = 'ansible-galaxy'): Requirement {
  const purpose = 'install roles and collections';
  return { program, package: 'ansible-core', purpose, decidedBy: ['galaxy_file', 'galaxy_command'] };
}

export const programs: readonly Requirement[] = [playbook(), ssh, { ...galaxy(), optional: true }];

export function needs(config: AnsibleProvisionerConfig): readonly Requirement[] {
  // Programs are then looked for there.
  if ('PATH' in environmentOf(config)) return [];
  return [playbook(config.command), ssh, ...(config.galaxy_file === undefined ? [] : [galaxy(config.galaxy_command)])];
}
