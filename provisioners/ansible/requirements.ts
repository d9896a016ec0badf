import type { Requirement } from '../../plugins/sdk/index.ts';
import type { AnsibleProvisionerConfig } from './config.gen.ts';

export function requirements(config?: AnsibleProvisionerConfig): readonly Requirement[] {
  const galaxy = config === undefined || config.galaxy_file !== undefined;
  return [
    { program: config?.command ?? 'ansible-playbook', package: 'ansible-core', purpose: 'run playbooks' },
    { program: 'ssh', package: 'openssh-client', purpose: "take Ansible's commands to the guest" },
    ...(galaxy
      ? [
          {
            program: config?.galaxy_command ?? 'ansible-galaxy',
            package: 'ansible-core',
            purpose: 'install roles and collections',
            ...(config === undefined ? { optional: true } : {}),
          },
        ]
      : []),
  ];
}
