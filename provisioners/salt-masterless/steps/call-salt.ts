import { CommandError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import type { SaltMasterlessProvisionerConfig } from '../config.gen.ts';
import { saltCommand } from '../salt-command.ts';
import { stateReader } from '../state-reader.ts';
import { outcome, runInGuest } from './run-in-guest.ts';

const NOT_FOUND = 127;

function failureText(failures: readonly string[], exitStatus: number | undefined): string {
  const [first] = failures;
  if (first === undefined) return `salt-call exited with status ${String(exitStatus ?? 'unknown')}`;
  const others = failures.length === 1 ? '' : ` (and ${failures.length - 1} more)`;
  return `a state failed: ${first}${others}`;
}

/** Applies the states. Throws `CommandError` SALT_MISSING or SALT_FAILED, the latter unless no_exit_on_failure is set. */
export async function callSalt(
  config: SaltMasterlessProvisionerConfig,
  asRoot: string,
  run: ProvisionRun,
): Promise<void> {
  const states = stateReader();
  const command = saltCommand(config);
  run.say(`applying states: ${command}`);
  const result = await runInGuest(`${asRoot}${command}`, run, (line) => states.read(line));
  if (result.exitStatus === 0) return;
  if (result.exitStatus === NOT_FOUND || (asRoot !== '' && /command not found/.test(result.outputTail))) {
    throw new CommandError('the guest has no salt-call', {
      ...outcome(result),
      code: 'SALT_MISSING',
      pointer: (config.salt_bin_dir ?? '') === '' ? '/skip_bootstrap' : '/salt_bin_dir',
      hint: 'skip_bootstrap needs a guest that has Salt; salt_bin_dir says where',
    });
  }
  const message = failureText(states.failures(), result.exitStatus);
  if (!config.no_exit_on_failure) {
    const pointer = (config.custom_state ?? '') === '' ? '/local_state_tree' : '/custom_state';
    throw new CommandError(message, { ...outcome(result), code: 'SALT_FAILED', pointer });
  }
  run.warn(`${message}; going on, as no_exit_on_failure is set`);
}
