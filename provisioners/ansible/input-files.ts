import { dirname, join } from 'node:path';
import type { AnsibleProvisionerConfig } from './config.gen.ts';

/** What Ansible looks for beside a playbook; other things that a playbook reads are not known to Kiln. */
const BESIDE_PLAYBOOK = ['roles', 'group_vars', 'host_vars', 'templates', 'files', 'vars', 'tasks', 'handlers'];

export function inputFiles(config: AnsibleProvisionerConfig): readonly string[] {
  const folder = dirname(config.playbook_file);
  return [
    config.playbook_file,
    ...BESIDE_PLAYBOOK.map((name) => join(folder, name)),
    config.inventory_file,
    config.inventory_directory === undefined ? undefined : join(config.inventory_directory, 'group_vars'),
    config.inventory_directory === undefined ? undefined : join(config.inventory_directory, 'host_vars'),
    config.galaxy_file,
  ].filter((path) => path !== undefined && path !== '') as readonly string[];
}
