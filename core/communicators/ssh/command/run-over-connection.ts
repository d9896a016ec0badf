import type { ExecResult } from '../../../contract/communicator.ts';
import type { ConnectionSource } from '../connection.ts';
import { overLogins } from './retry.ts';
import { runCommand, type RunCommandOptions } from './run-command.ts';

/** Runs a command; one that the guest never got because the connection was lost is run over a new one. */
export function runOverConnection(
  link: ConnectionSource,
  command: string,
  options: RunCommandOptions,
): Promise<ExecResult> {
  return overLogins(link, options.signal, (login) => runCommand(login, command, options));
}
