import { setTimeout as delay } from 'node:timers/promises';
import { namedScripts } from '../../plugins/sdk/scripts.ts';
import { throwIfCancelled, type ProvisionRun } from '../../plugins/sdk/index.ts';
import { lateData, variablesOf, writeVariables } from '../_windows/environment.ts';
import { readScript, type Script } from '../_windows/read-script.ts';
import { judgeScript, runShown, whileUnreachable } from '../_windows/run-script.ts';
import { inlineCommand, scriptCommand } from './command.ts';
import type { PowershellProvisionerConfig } from './config.gen.ts';
import { guestPaths, type GuestPaths } from './guest-paths.ts';
import { encodeScript, escapeForDoubleQuotes, inlineText } from './script-text.ts';
import { elevate } from './steps/elevate.ts';
import { removeScripts } from './steps/remove-scripts.ts';

/** The variables as PowerShell. */
function variableText(config: PowershellProvisionerConfig, run: ProvisionRun): string {
  const isElevated = config.elevated_user !== undefined;
  const pairs = variablesOf(config, run).map(([name, value]) => [name, escapeForDoubleQuotes(value)] as const);
  return writeVariables(pairs, isElevated ? config.elevated_env_var_format : config.env_var_format);
}

async function* scriptsOf(
  config: PowershellProvisionerConfig,
  variables: string,
  signal: AbortSignal,
): AsyncGenerator<Script> {
  if (config.inline !== undefined) {
    const text = inlineText(config.inline, variables, config.debug_mode);
    yield { label: '<inline>', pointer: '/inline', content: encodeScript(text) };
  }
  for (const script of namedScripts(config)) yield readScript(script, signal);
}

function commandOf(config: PowershellProvisionerConfig, run: ProvisionRun, paths: GuestPaths): string {
  const isElevated = config.elevated_user !== undefined;
  const isInline = config.inline !== undefined;
  // A scheduled task's command is always for cmd.exe, and so are all commands over WinRM.
  const isPlain = config.execution_policy === 'none' && run.communicator.kind === 'ssh' && !isElevated;
  const own = isElevated ? config.elevated_execute_command : config.execute_command;
  const template = own ?? (isInline ? inlineCommand(config) : scriptCommand(config, isPlain));
  const data = { Path: paths.script, Vars: paths.variables, ...lateData(run) };
  return run.render(template, data, isElevated ? '/elevated_execute_command' : '/execute_command');
}

export async function provision(config: PowershellProvisionerConfig, run: ProvisionRun): Promise<void> {
  const { signal, communicator } = run;
  const variables = variableText(config, run);
  const uploaded = new Set<string>();
  const paths = guestPaths(config);
  try {
    for await (const script of scriptsOf(config, variables, run.signal)) {
      run.say(`running PowerShell script: ${script.label}`);
      const here = paths(script.label);
      const command = commandOf(config, run, here);
      // All in one attempt: a guest that restarts in between may have lost what was sent before.
      const result = await whileUnreachable(config.start_retry_timeout, run, async () => {
        if (command.includes(here.variables)) {
          uploaded.add(here.variables);
          await communicator.upload({ content: encodeScript(variables) }, here.variables, { signal });
        }
        uploaded.add(here.script);
        await communicator.upload({ content: script.content }, here.script, { signal });
        return runShown(await elevate(command, config, run, (path) => uploaded.add(path)), run);
      });
      judgeScript(result, script, config.valid_exit_codes);
    }
  } finally {
    if (!config.skip_clean) await removeScripts([...uploaded], run);
  }
  if (config.pause_after > 0) {
    run.say(`pausing for ${config.pause_after / 1000} s`);
    await delay(config.pause_after, undefined, { signal }).catch(() => throwIfCancelled(signal));
  }
}
