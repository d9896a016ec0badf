import { CommandError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { shellWord } from '../../../plugins/sdk/guest.ts';
import type { SaltMasterlessProvisionerConfig } from '../config.gen.ts';
import { guestPaths } from '../guest-paths.ts';
import { outcome, runInGuest } from './run-in-guest.ts';

/** Shell text that moves an upload to its place and gives it to who runs it; what was there goes. */
function place(from: string, to: string): string {
  const [source, target] = [shellWord(from), shellWord(to)];
  const owner = `chown -R "$(id -u):$(id -g)" ${target}`;
  return `mkdir -p "$(dirname ${target})" && rm -rf ${target} && mv ${source} ${target} && ${owner}`;
}

/** Moves the uploads to where Salt looks for them. Throws `CommandError` SALT_FILES_NOT_PLACED. */
export async function installInputs(
  config: SaltMasterlessProvisionerConfig,
  asRoot: string,
  run: ProvisionRun,
): Promise<void> {
  const { states, pillar, configuration } = guestPaths(config);
  const moves = [
    ['states', states, config.local_state_tree],
    ['pillar', pillar, config.local_pillar_roots],
    ['minion', `${configuration}/minion`, config.minion_config],
    ['grains', `${configuration}/grains`, config.grains_file],
  ] as const;
  const script = moves
    .filter(([, , given]) => given !== undefined && given !== '')
    .map(([name, to]) => place(`${config.temp_config_dir}/${name}`, to))
    .join(' && ');
  const result = await runInGuest(`${asRoot}sh -c ${shellWord(script)}`, run);
  if (result.exitStatus === 0) return;
  throw new CommandError(`states cannot be put at ${states} in the guest`, {
    ...outcome(result),
    code: 'SALT_FILES_NOT_PLACED',
    pointer: config.disable_sudo ? '/disable_sudo' : '/remote_state_tree',
    ...(config.disable_sudo ? { hint: 'disable_sudo leaves all to the user that Kiln is logged in as' } : {}),
  });
}
