import { shellWord } from '../../plugins/sdk/index.ts';
import type { SaltMasterlessProvisionerConfig } from './config.gen.ts';
import { guestPaths } from './guest-paths.ts';

/** Shell text for the guest. */
export function saltCommand(config: SaltMasterlessProvisionerConfig): string {
  const { states, pillar } = guestPaths(config);
  const folder = config.salt_bin_dir === undefined || config.salt_bin_dir === '' ? '' : `${config.salt_bin_dir}/`;
  const state =
    (config.custom_state ?? '') === '' ? 'state.highstate' : `state.sls ${shellWord(config.custom_state ?? '')}`;
  const roots = [`--file-root=${shellWord(states)}`, `--pillar-root=${shellWord(pillar)}`];
  return [
    shellWord(`${folder.replace(/\/+$/, '/')}salt-call`),
    '--local',
    state,
    ...((config.minion_config ?? '') === '' ? roots : []),
    '--retcode-passthrough',
    `-l ${config.log_level}`,
    config.salt_call_args,
  ]
    .filter((word) => word !== '')
    .join(' ');
}
