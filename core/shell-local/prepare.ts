import { errorAt } from '../diagnostics/complain.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { PrepareContext } from '../contract/component.ts';
import { checkEnvironment, checkShellNames } from '../scripts/environment.ts';
import { checkQuotedVariables } from '../scripts/quoted-variables.ts';
import { checkScripts } from '../scripts/script-choice.ts';
import { hasDefaultCommand } from './default-command.ts';
import type { ShellLocalOptions } from './options.gen.ts';

/** What the schema cannot say about a shell-local provisioner or post-processor. */
export function prepareShellLocal(config: ShellLocalOptions, context: PrepareContext): readonly Diagnostic[] {
  const ownText = config.inline !== undefined || config.command !== undefined;
  const pathing: readonly Diagnostic[] =
    config.use_linux_pathing && ownText
      ? [
          errorAt(
            'SHELL_LOCAL_LINUX_PATHING',
            '/use_linux_pathing',
            'use_linux_pathing works with script and scripts only',
            { hint: 'put the commands in a file and name it in script' },
          ),
        ]
      : [];
  const commands = config.execute_command.map((part) => ['/execute_command', part] as const);
  return [
    ...checkScripts(config, ['inline', 'script', 'scripts', 'command'], context),
    ...checkEnvironment(config),
    ...(hasDefaultCommand(config) ? checkShellNames(config) : []),
    ...(config.env_var_format.includes("'%s'") ? checkQuotedVariables(config, commands) : []),
    ...pathing,
  ];
}
