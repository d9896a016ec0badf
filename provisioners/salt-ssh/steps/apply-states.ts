import { delimiter } from 'node:path';
import { CommandError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { runProgram, tailOf, type ProgramResult } from '../../../plugins/sdk/host.ts';
import { askPassEnvironment, type ConnectionFiles } from '../../_ssh-client/client-options.ts';
import type { SaltSshProvisionerConfig } from '../config.gen.ts';
import { readOutcome, type StateResult } from '../state-results.ts';
import type { SaltConfiguration } from './write-configuration.ts';

export interface SaltRun {
  readonly configuration: SaltConfiguration;
  /** Directory that has the SSH clients for Salt. */
  readonly clients: string;
  readonly files: ConnectionFiles;
}

/** Salt's own statuses are of no use: the same one is for a failing state and for a guest that is not reached. */
const ANY_STATUS = Array.from({ length: 256 }, (_, status) => status);

function argumentsFor(config: SaltSshProvisionerConfig, { configuration }: SaltRun): readonly string[] {
  const { directory, minionId } = configuration;
  const states = config.custom_state ?? '';
  return [
    ...['--config-dir', directory, '--roster-file', `${directory}/roster`],
    ...['--out', 'json', '--static', '--no-color', '--log-level', config.log_level, '--wipe'],
    ...(config.extra_arguments ?? []),
    // A list of one: a glob would take its characters for more.
    ...['--list', minionId],
    ...(states === '' ? ['state.highstate'] : ['state.sls', states]),
  ];
}

async function callSalt(config: SaltSshProvisionerConfig, salt: SaltRun, run: ProvisionRun): Promise<ProgramResult> {
  const path = process.env['PATH'] ?? '';
  try {
    return await runProgram(config.command, argumentsFor(config, salt), {
      signal: run.signal,
      acceptExitStatus: ANY_STATUS,
      env: { ...askPassEnvironment(salt.files), KILN_PATH: path, PATH: `${salt.clients}${delimiter}${path}` },
    });
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 'PROGRAM_MISSING') throw error;
    const hint = 'install salt-ssh, or set "command" to where it is';
    throw new CommandError(error.message, { code: 'SALT_SSH_MISSING', pointer: '/command', hint, cause: error });
  }
}

function show(state: StateResult, run: ProvisionRun): void {
  const word = state.succeeded === false ? 'failed' : state.changed ? 'changed' : 'ok';
  run.output('stdout', `${word}: ${state.id} (${state.function}) ${state.comment.replaceAll('\n', ' ')}`.trim());
  for (const line of state.output) run.output('stdout', `  ${line}`);
}

function failureText(failed: readonly StateResult[]): string {
  const [first] = failed;
  const others = failed.length > 1 ? ` (and ${failed.length - 1} more)` : '';
  const comment = first?.comment.replaceAll(/\s+/g, ' ') ?? '';
  return `a state failed: ${first?.id ?? ''} (${first?.function ?? ''}): ${comment}${others}`;
}

/**
 * Applies the states. Throws `CommandError` SALT_SSH_MISSING, SALT_SSH_FAILED when no state was applied and SALT_FAILED
 * when one failed, the latter unless no_exit_on_failure is set.
 */
export async function applyStates(config: SaltSshProvisionerConfig, salt: SaltRun, run: ProvisionRun): Promise<void> {
  const { minionId } = salt.configuration;
  const states = config.custom_state ?? '';
  run.say(`applying ${states === '' ? 'the highstate' : `the states ${states}`} to ${minionId} by salt-ssh`);
  const { exitStatus, stdout, stderr } = await callSalt(config, salt, run);
  for (const line of stderr.split('\n').filter((text) => text.trim() !== '')) run.output('stderr', line);
  const outcome = readOutcome(stdout, minionId);
  const details = { exitStatus, outputTail: tailOf(`${stderr}${outcome === undefined ? stdout : ''}`) };
  if (outcome === undefined || 'reason' in outcome) {
    const reason = outcome?.reason ?? `salt-ssh ended with status ${exitStatus} and told nothing of the guest`;
    throw new CommandError(`the states cannot be applied: ${reason}`, { ...details, code: 'SALT_SSH_FAILED' });
  }
  for (const state of outcome.states) show(state, run);
  const failed = outcome.states.filter(({ succeeded }) => succeeded === false);
  const changed = outcome.states.filter((state) => state.changed && state.succeeded !== false);
  run.say(`${outcome.states.length} states: ${changed.length} changed, ${failed.length} failed`);
  if (failed.length === 0) return;
  const message = failureText(failed);
  const outputTail = tailOf(failed.flatMap(({ output }) => output).join('\n'));
  const pointer = states === '' ? '/local_state_tree' : '/custom_state';
  if (!config.no_exit_on_failure) {
    throw new CommandError(message, { exitStatus, outputTail, code: 'SALT_FAILED', pointer });
  }
  run.warn(`${message}; going on, as no_exit_on_failure is set`);
}
