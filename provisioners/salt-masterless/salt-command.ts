import { shellWord } from '../../plugins/sdk/guest.ts';
import { shellWords } from '../_guest-shell/words.ts';
import type { SaltMasterlessProvisionerConfig } from './config.gen.ts';
import { argumentsPath, guestPaths } from './guest-paths.ts';

/** The arguments of salt-call, as shell text. */
function argumentText(config: SaltMasterlessProvisionerConfig): string {
  const { states, pillar } = guestPaths(config);
  const state = config.custom_state === undefined ? 'state.highstate' : `state.sls ${shellWord(config.custom_state)}`;
  const roots = [`--file-root=${shellWord(states)}`, `--pillar-root=${shellWord(pillar)}`];
  return [
    '--local',
    state,
    ...(config.minion_config === undefined ? roots : []),
    '--retcode-passthrough',
    `-l ${config.log_level}`,
    config.salt_call_args,
  ]
    .filter((word) => word !== '')
    .join(' ');
}

/**
 * The arguments as salt-call reads them from a file, one in each line: users give pillar values among them, which are not
 * to be seen in the guest's list of processes. Undefined when there are none of the template's, or the guest's shell has
 * to read them.
 */
export function argumentLines(config: SaltMasterlessProvisionerConfig): string | undefined {
  if (config.salt_call_args === '') return undefined;
  const values = shellWords(argumentText(config))?.map(({ value }) => value);
  if (values?.every((value) => value !== undefined && !/[\r\n]/.test(value)) !== true) return undefined;
  return `${values.join('\n')}\n`;
}

/** Shell text for the guest. */
export function saltCommand(config: SaltMasterlessProvisionerConfig): string {
  const folder = config.salt_bin_dir === undefined ? '' : `${config.salt_bin_dir}/`;
  const program = shellWord(`${folder.replace(/\/+$/, '/')}salt-call`);
  return argumentLines(config) === undefined
    ? `${program} ${argumentText(config)}`
    : `${program} --args-stdin <${shellWord(argumentsPath(config))}`;
}
