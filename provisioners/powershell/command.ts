import type { PowershellProvisionerConfig } from './config.gen.ts';

type Options = Pick<PowershellProvisionerConfig, 'execution_policy' | 'use_pwsh' | 'debug_mode'>;

function program({ execution_policy: policy, use_pwsh }: Options): string {
  const name = use_pwsh ? 'pwsh' : 'powershell';
  return policy === 'none' ? name : `${name} -executionpolicy ${policy}`;
}

/** The wrapper that inline lines are in has the variables already. */
export function inlineCommand(options: Options): string {
  return `${program(options)} -file {{.Path}}`;
}

/** `isPlain`: the login shell is PowerShell itself, so that nothing may stand in double quotes around it. */
export function scriptCommand(options: Options, isPlain: boolean): string {
  const quiet =
    'if (Test-Path variable:global:ProgressPreference)' +
    "{set-variable -name variable:global:ProgressPreference -value 'SilentlyContinue'};";
  const trace = options.debug_mode === 0 ? '' : `Set-PsDebug -Trace ${options.debug_mode};`;
  const block = `& { ${quiet}${trace}. {{.Vars}}; &'{{.Path}}'; exit $LastExitCode }`;
  if (isPlain) return block;
  return `${program(options)} ${options.use_pwsh ? '-command ' : ''}"${block}"`;
}
