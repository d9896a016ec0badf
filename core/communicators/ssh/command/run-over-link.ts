import { CommandError } from '../../../errors/errors.ts';
import type { ExecResult } from '../../../contract/communicator.ts';
import type { LoginSource } from '../connection.ts';
import { runCommand, type RunCommandOptions } from './run-command.ts';

/** Runs a command; one that the guest never got because the connection was lost is run over a new one. */
export async function runOverLink(link: LoginSource, command: string, options: RunCommandOptions): Promise<ExecResult> {
  try {
    return await runCommand(await link.login(options.signal), command, options);
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 'COMMUNICATOR_NOT_STARTED') throw error;
    return runCommand(await link.login(options.signal), command, options);
  }
}
