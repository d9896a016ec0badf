import { namedScripts } from '../../plugins/sdk/scripts.ts';
import { throwIfCancelled, type ProvisionRun } from '../../plugins/sdk/index.ts';
import { lateData, variablesOf, writeVariables } from '../_windows/environment.ts';
import { readScript, type Script } from '../_windows/read-script.ts';
import { judgeScript, runShown, whileUnreachable } from '../_windows/run-script.ts';
import type { WindowsShellProvisionerConfig } from './config.gen.ts';

const REMOVAL_MILLISECONDS = 60_000;
/** When the attempt is over already; less than what the engine waits then. */
const LAST_MILLISECONDS = 20_000;

function withWindowsLineEnds(content: Buffer): Buffer {
  return Buffer.from(content.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
}

async function* scriptsOf(config: WindowsShellProvisionerConfig, signal: AbortSignal): AsyncGenerator<Script> {
  if (config.inline !== undefined && config.inline.length > 0) {
    yield { label: '<inline>', pointer: '/inline', content: Buffer.from(`${config.inline.join('\n')}\n`) };
  }
  for (const script of namedScripts(config)) yield readScript(script, signal);
}

/** The script may have secrets in it, which belong into no image. */
async function removeScript(path: string, run: ProvisionRun): Promise<void> {
  const timeout = run.signal.aborted ? LAST_MILLISECONDS : REMOVAL_MILLISECONDS;
  const signal = run.signal.aborted ? AbortSignal.timeout(timeout) : run.signal;
  try {
    await run.communicator.exec(`del /f /q "${path.replaceAll('/', '\\')}"`, { signal, timeout });
  } catch (error) {
    if (signal === run.signal) throwIfCancelled(signal);
    run.warn(`${path} was left in the guest: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export async function provision(config: WindowsShellProvisionerConfig, run: ProvisionRun): Promise<void> {
  const { communicator, signal } = run;
  const variables = writeVariables(variablesOf(config, run), config.env_var_format);
  const data = { Vars: variables, Path: config.remote_path, ...lateData(run) };
  const command = run.render(config.execute_command, data, '/execute_command');
  let isGone = false;
  try {
    for await (const script of scriptsOf(config, run.signal)) {
      run.say(`running script: ${script.label}`);
      const content = config.binary ? script.content : withWindowsLineEnds(script.content);
      // In one attempt: a guest that restarts in between may have lost the script.
      const result = await whileUnreachable(config.start_retry_timeout, run, async () => {
        await communicator.upload({ content }, config.remote_path, { signal });
        return runShown(command, run);
      });
      isGone = result.disconnected;
      judgeScript(result, script, config.valid_exit_codes);
    }
  } finally {
    // A guest that a script has switched off cannot be asked.
    if (!isGone) await removeScript(config.remote_path, run);
  }
}
