import type { ExecResult } from '../../../contract/communicator.ts';
import type { LoginSource } from '../connection.ts';
import { overLogins } from './retry.ts';
import { runCommand, type RunCommandOptions } from './run-command.ts';

/** Runs a command; one that the guest never got because the connection was lost is run over a new one. */
export function runOverLink(link: LoginSource, command: string, options: RunCommandOptions): Promise<ExecResult> {
  return overLogins(link, options.signal, (login) => runCommand(login, command, options));
}
