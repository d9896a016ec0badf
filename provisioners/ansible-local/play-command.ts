import { shellWord } from '../../plugins/sdk/guest.ts';
import type { ProvisionRun } from '../../plugins/sdk/index.ts';
import { buildFacts } from '../_ansible/build-facts.ts';
import { collectionsPath, rolesPath } from '../_ansible/search-paths.ts';
import type { AnsibleLocalProvisionerConfig } from './config.gen.ts';
import { galaxyPaths } from './galaxy-paths.ts';

/** One playbook in the guest's staging directory. */
export interface PlayCommand {
  readonly staging: string;
  readonly inventory: string;
  readonly playbook: string;
  /** More arguments, as shell text. */
  readonly arguments: string;
}

/** Shell text for the guest, to be run in the staging directory. */
export function playCommand(
  config: AnsibleLocalProvisionerConfig,
  { staging, inventory, playbook, arguments: given }: PlayCommand,
  run: Pick<ProvisionRun, 'buildName' | 'builderType' | 'environment'>,
): string {
  const paths = galaxyPaths(config, staging);
  const roles = rolesPath(`${staging}/roles`, paths.role);
  const collections = collectionsPath(`${staging}/collections`, paths.collection);
  return [
    `export ANSIBLE_ROLES_PATH=${shellWord(roles)} ANSIBLE_COLLECTIONS_PATH=${shellWord(collections)};`,
    config.command,
    shellWord(playbook),
    `--extra-vars ${shellWord(buildFacts(run))}`,
    ...(given === '' ? [] : [given]),
    `-c local -i ${shellWord(inventory)}`,
  ].join(' ');
}
