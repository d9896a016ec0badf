import { setTimeout as delay } from 'node:timers/promises';
import { CommandError, throwIfCancelled, type ExecResult, type ProvisionRun } from '../../plugins/sdk/index.ts';
import { exitMessage } from '../../plugins/sdk/scripts.ts';
import type { ShellProvisionerConfig } from './config.gen.ts';
import { executionOf, hasOwnCommand } from './execution.ts';
import { removeFiles, type GuestPaths } from './guest-command.ts';
import { scriptsOf, type Script } from './scripts.ts';
import { removeLeftovers } from './steps/remove-leftovers.ts';
import { startScript } from './steps/start-script.ts';

/** Packer's number for a connection that ended before the command. */
const DISCONNECTED = 2300218;

function guestPaths(config: ShellProvisionerConfig, hasTerminal: boolean): GuestPaths {
  const mark = crypto.randomUUID().slice(0, 8);
  const folder = config.remote_folder.replace(/\/+$/, '');
  const script = config.remote_path ?? `${folder}/${config.remote_file ?? `script_${mark}.sh`}`;
  const hasCommand = hasOwnCommand(config);
  const needsVariableFile = config.use_env_var_file || (hasTerminal && !hasCommand);
  return {
    script,
    variables: needsVariableFile ? `${folder}/varfile_${mark}.sh` : undefined,
    command: hasCommand ? `${folder}/command_${mark}.sh` : undefined,
  };
}

/** Throws `CommandError` SCRIPT_FAILED or SCRIPT_DISCONNECTED when the script did not end as it should. */
function judge(result: ExecResult, script: Script, config: ShellProvisionerConfig): void {
  const { exitStatus, outputTail, signalName } = result;
  const codes = config.valid_exit_codes;
  if (result.disconnected) {
    if (config.expect_disconnect || codes.includes(DISCONNECTED)) return;
    throw new CommandError(`the connection to the guest ended while script ${script.label} ran`, {
      code: 'SCRIPT_DISCONNECTED',
      pointer: script.pointer,
      outputTail,
      hint: 'if the script restarts the guest, set "expect_disconnect": true',
    });
  }
  if (exitStatus !== undefined && codes.includes(exitStatus)) return;
  const message =
    exitStatus === undefined
      ? `script ${script.label} was ended by signal ${signalName ?? '?'}`
      : exitMessage(script.label, exitStatus, codes);
  throw new CommandError(message, {
    code: 'SCRIPT_FAILED',
    pointer: script.pointer,
    outputTail,
    ...(exitStatus === undefined ? {} : { exitStatus }),
  });
}

/** After a script that restarted the guest: its files are still there when the guest is back. */
async function cleanAfterRestart(paths: GuestPaths, config: ShellProvisionerConfig, run: ProvisionRun): Promise<void> {
  run.say('the connection has ended; waiting until the guest is back');
  await run.communicator.reconnect({ signal: run.signal, timeout: config.start_retry_timeout });
  await run.communicator.exec(removeFiles(paths), { signal: run.signal });
}

export async function provision(config: ShellProvisionerConfig, run: ProvisionRun): Promise<void> {
  const paths = guestPaths(config, run.communicator.terminal);
  const execution = executionOf(config, paths, run);
  const placePointer = config.remote_path === undefined ? '/remote_folder' : '/remote_path';
  const { skip_clean: keep, start_retry_timeout: retryTimeout } = config;
  const options = { paths, execution, keep, retryTimeout, placePointer };
  for await (const script of scriptsOf(config, run.signal)) {
    run.say(`running script: ${script.label}`);
    let result: ExecResult | undefined;
    try {
      result = await startScript(script, options, run);
      judge(result, script, config);
    } catch (error) {
      // A command that came to its end has removed them.
      if (result?.disconnected !== false && !config.skip_clean) await removeLeftovers(paths, run);
      throw error;
    }
    if (result.disconnected && !config.skip_clean) await cleanAfterRestart(paths, config, run);
  }
  if (config.pause_after > 0) {
    run.say(`pausing for ${config.pause_after / 1000} s`);
    await delay(config.pause_after, undefined, { signal: run.signal }).catch(() => throwIfCancelled(run.signal));
  }
}
