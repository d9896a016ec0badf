import { environmentPairs, formatEnvironment } from '../../plugins/sdk/scripts.ts';
import type { ProvisionRun } from '../../plugins/sdk/index.ts';
import type { ShellProvisionerConfig } from './config.gen.ts';
import { pathWord, type GuestPaths } from './guest-command.ts';

const DEFAULT_COMMAND = 'chmod +x {{.Path}}; {{.Vars}} {{.Path}}';
const DEFAULT_FILE_COMMAND = 'chmod +x {{.Path}}; . {{.EnvVarFile}} && {{.Path}}';
const INLINE_FORMAT = "%s='%s' ";
const EXPORT_FORMAT = "export %s='%s'\n";

/** How a script is to be run, for one provisioner. */
export interface Execution {
  /** Undefined: as the default command does, which needs no shell text of the template's. */
  readonly command: string | undefined;
  /** Shell text that sets the variables. */
  readonly variables: string;
}

/** Whether the template says itself how a script is run, or how its variables are set. */
export function hasOwnCommand(config: ShellProvisionerConfig): boolean {
  return config.execute_command !== DEFAULT_COMMAND || config.env_var_format !== undefined || config.use_env_var_file;
}

/** Whether it is a shell that the variables are set in, as far as Kiln knows. */
export function setsInShell(config: ShellProvisionerConfig): boolean {
  return config.execute_command === DEFAULT_COMMAND && config.env_var_format === undefined;
}

/** Whether `{{.Vars}}` has each value in single quotes. */
export function quotesValues(config: ShellProvisionerConfig): boolean {
  return !config.use_env_var_file && (config.env_var_format ?? INLINE_FORMAT).includes("'%s'");
}

/** Fills the template's command in. Throws `StepError` when it does not fit. */
export function executionOf(config: ShellProvisionerConfig, paths: GuestPaths, run: ProvisionRun): Execution {
  const pairs = environmentPairs(config, run.environment);
  const exports = formatEnvironment(pairs, EXPORT_FORMAT);
  if (!hasOwnCommand(config)) return { command: undefined, variables: exports };
  const isDefault = config.execute_command === DEFAULT_COMMAND;
  const template = isDefault && config.use_env_var_file ? DEFAULT_FILE_COMMAND : config.execute_command;
  const format = config.env_var_format ?? (config.use_env_var_file ? EXPORT_FORMAT : INLINE_FORMAT);
  const written = formatEnvironment(pairs, format);
  const word = isDefault ? pathWord : (path: string): string => path;
  const data = {
    Path: word(paths.script),
    Vars: config.use_env_var_file ? '' : written,
    EnvVarFile: word(paths.variables ?? ''),
  };
  return { command: run.render(template, data, '/execute_command'), variables: config.use_env_var_file ? written : '' };
}
