import { errorAt } from '../diagnostics/complain.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { pointerToken } from '../diagnostics/pointer.ts';

/** How a template gives environment variables: `environment_vars` ("NAME=value") and `env` (a map, which wins). */
export interface EnvironmentOptions {
  readonly environment_vars?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The variables in the order of their names. `base` are Kiln's own, which the template may override. */
export function environmentPairs(
  options: EnvironmentOptions,
  base: Readonly<Record<string, string>>,
): readonly (readonly [name: string, value: string])[] {
  const listed = (options.environment_vars ?? []).map((entry): [string, string] => {
    const split = entry.indexOf('=');
    // "A=1, B=2" is cut at its comma; to a shell, which Packer hands it to, the blank says nothing.
    return [entry.slice(0, split).trimStart(), entry.slice(split + 1)];
  });
  const merged = new Map([...Object.entries(base), ...listed, ...Object.entries(options.env ?? {})]);
  return [...merged].sort(([left], [right]) => (left < right ? -1 : 1));
}

/**
 * The variables as shell text: each pair written into `format`, whose first `%s` is the name and whose second is
 * the value (`%%` is a percent sign). Single quotes in values are escaped for formats that put them in single quotes.
 */
export function formatEnvironment(pairs: readonly (readonly [string, string])[], format: string): string {
  return pairs
    .map(([name, value]) => {
      const parts = [name, value.replaceAll("'", `'"'"'`)];
      return format.replace(/%[s%]/g, (verb) => (verb === '%%' ? '%' : (parts.shift() ?? '')));
    })
    .join('');
}

/** Entries of `environment_vars` that are not `NAME=value`. */
export function checkEnvironment(options: EnvironmentOptions): readonly Diagnostic[] {
  return (options.environment_vars ?? []).flatMap((entry, index): readonly Diagnostic[] =>
    entry.trimStart().indexOf('=') > 0
      ? []
      : [
          errorAt(
            'ENVIRONMENT_VARIABLE_MALFORMED',
            `/environment_vars/${index}`,
            `environment variable ${JSON.stringify(entry)} is not in the form NAME=value`,
          ),
        ],
  );
}

/** Names that a shell cannot assign: `A-B=1 script` would be taken for a program. For commands of Kiln's own. */
export function checkShellNames(options: EnvironmentOptions): readonly Diagnostic[] {
  const listed = (options.environment_vars ?? []).map((entry, index): [string, string] => {
    return [entry.slice(0, Math.max(0, entry.indexOf('='))).trimStart(), `/environment_vars/${index}`];
  });
  const mapped = Object.keys(options.env ?? {}).map((name): [string, string] => [name, `/env/${pointerToken(name)}`]);
  return [...listed, ...mapped]
    .filter(([name]) => name !== '' && !name.includes('{{') && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    .map(([name, pointer]) =>
      errorAt('ENVIRONMENT_VARIABLE_NAME', pointer, `a shell takes no variable of the name ${JSON.stringify(name)}`, {
        hint: 'use letters, digits and _, and no digit at its beginning',
      }),
    );
}
