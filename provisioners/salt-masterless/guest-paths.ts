import type { SaltMasterlessProvisionerConfig } from './config.gen.ts';

/** Where Salt finds things in the guest. */
export interface GuestPaths {
  readonly states: string;
  readonly pillar: string;
  readonly configuration: string;
}

/** The file with the arguments of salt-call, among the uploads. */
export function argumentsPath({ temp_config_dir: directory }: SaltMasterlessProvisionerConfig): string {
  return `${directory}/arguments`;
}

export function guestPaths(config: SaltMasterlessProvisionerConfig): GuestPaths {
  const given = (path: string | undefined, or: string): string => (path === undefined || path === '' ? or : path);
  return {
    states: given(config.remote_state_tree, '/srv/salt'),
    pillar: given(config.remote_pillar_roots, '/srv/pillar'),
    configuration: '/etc/salt',
  };
}
