import type { GivenVariable } from './given-variable.ts';

/** What a variable of the environment is called, by the name of the template's; the first one that is set counts. */
const PREFIXES = ['KILN_VAR_', 'PKR_VAR_'];

/** The value that the environment gives to a template's variable. */
export function valueInEnvironment(
  name: string,
  environment: (name: string) => string | undefined,
): string | undefined {
  return PREFIXES.map((prefix) => environment(prefix + name)).find((value) => value !== undefined);
}

/**
 * The values of a template's variables that the environment gives. What it has for variables of other templates is no
 * mistake. A value's place is the variable of the environment; its line may be a secret and is not shown.
 */
export function variablesInEnvironment(
  names: readonly string[],
  environment: (name: string) => string | undefined,
): readonly GivenVariable[] {
  return names.flatMap((name) => {
    const value = valueInEnvironment(name, environment);
    return value === undefined ? [] : [{ name, value, place: () => undefined }];
  });
}
