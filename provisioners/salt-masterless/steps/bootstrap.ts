import { CommandError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { shellWord } from '../../../plugins/sdk/guest.ts';
import type { SaltMasterlessProvisionerConfig } from '../config.gen.ts';
import { outcome, runInGuest } from './run-in-guest.ts';

async function download(url: string, script: string, run: ProvisionRun): Promise<void> {
  const [from, to] = [shellWord(url), shellWord(script)];
  run.say(`downloading ${url} in the guest`);
  const command =
    `if command -v curl >/dev/null; then curl -fsSL --retry 3 -o ${to} ${from}; ` +
    `else wget -nv -O ${to} ${from}; fi`;
  const result = await runInGuest(command, run);
  if (result.exitStatus === 0) return;
  throw new CommandError("Salt's bootstrap script cannot be downloaded in the guest", {
    ...outcome(result),
    code: 'SALT_BOOTSTRAP_DOWNLOAD',
    pointer: '/bootstrap_url',
    hint: 'bootstrap_script sends one from this machine; skip_bootstrap is for guests that have Salt',
  });
}

/** Installs Salt in the guest. Throws `CommandError` SALT_BOOTSTRAP_DOWNLOAD or SALT_BOOTSTRAP_FAILED. */
export async function bootstrap(
  config: SaltMasterlessProvisionerConfig,
  asRoot: string,
  run: ProvisionRun,
): Promise<void> {
  const script = `${config.temp_config_dir}/bootstrap-salt.sh`;
  const own = config.bootstrap_script ?? '';
  if (own === '') await download(config.bootstrap_url, script, run);
  run.say('installing Salt');
  const result = await runInGuest(`${asRoot}sh ${shellWord(script)} ${config.bootstrap_args}`.trim(), run);
  if (result.exitStatus === 0) return;
  throw new CommandError(
    `Salt is not installed: the bootstrap script exited with status ${String(result.exitStatus)}`,
    {
      ...outcome(result),
      code: 'SALT_BOOTSTRAP_FAILED',
      pointer: own === '' ? '/bootstrap_args' : '/bootstrap_script',
    },
  );
}
