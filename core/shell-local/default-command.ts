import type { ShellLocalOptions } from './options.gen.ts';

const DEFAULT_COMMAND = ['/bin/sh', '-c', '{{.Vars}} {{.Script}}'];
const DEFAULT_FORMAT = "%s='%s' ";

/** Whether the template leaves it to Kiln how a script is run and gets its variables. */
export function hasDefaultCommand({ execute_command: command, env_var_format: format }: ShellLocalOptions): boolean {
  const isSame = command.length === DEFAULT_COMMAND.length && command.every((part, at) => part === DEFAULT_COMMAND[at]);
  return isSame && format === DEFAULT_FORMAT;
}
