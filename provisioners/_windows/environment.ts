import { checkEnvironment, environmentPairs } from '../../plugins/sdk/scripts.ts';
import { StepError, type Diagnostic, type ProvisionRun } from '../../plugins/sdk/index.ts';
import type { WindowsScriptOptions } from './script.gen.ts';

type EnvironmentOptions = Pick<WindowsScriptOptions, 'environment_vars' | 'env'>;

/** Entries that are not NAME=value, as far as that can be seen before they are rendered. */
export function checkLateEnvironment(options: EnvironmentOptions): readonly Diagnostic[] {
  const entries = (options.environment_vars ?? []).map((entry) => (entry.includes('{{') ? 'X=' : entry));
  return checkEnvironment({ environment_vars: entries });
}

/** What late options may name: the password that Kiln logged in with. */
export function lateData(run: Pick<ProvisionRun, 'data'>): { readonly WinRMPassword: string } {
  return { WinRMPassword: run.data.Password ?? '' };
}

/**
 * The variables with Kiln's own, sorted. Throws `StepError` ENVIRONMENT_VARIABLE_MALFORMED for an entry that is rendered
 * to something else than NAME=value.
 */
export function variablesOf(
  options: EnvironmentOptions,
  run: Pick<ProvisionRun, 'render' | 'data' | 'environment'>,
): readonly (readonly [name: string, value: string])[] {
  const data = lateData(run);
  const listed = (options.environment_vars ?? []).map((entry) => run.render(entry, data, '/environment_vars'));
  const wrong = listed.find((entry) => entry.trimStart().indexOf('=') < 1);
  if (wrong !== undefined) {
    throw new StepError(`environment variable ${JSON.stringify(wrong)} is not in the form NAME=value`, {
      code: 'ENVIRONMENT_VARIABLE_MALFORMED',
      pointer: '/environment_vars',
    });
  }
  const mapped = Object.entries(options.env ?? {}).map(
    ([name, value]) => [run.render(name, data, '/env'), run.render(value, data, '/env')] as const,
  );
  return environmentPairs({ environment_vars: listed, env: Object.fromEntries<string>(mapped) }, run.environment);
}

/** Each pair written into `format`: its first `%s` is the name, its second the value, `%%` a percent sign. */
export function writeVariables(pairs: readonly (readonly [string, string])[], format: string): string {
  return pairs
    .map((pair) => {
      const parts = [...pair];
      return format.replace(/%[s%]/g, (verb) => (verb === '%%' ? '%' : (parts.shift() ?? '')));
    })
    .join('');
}
