import { errorAt } from '../diagnostics/complain.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { PrepareContext } from '../contract/component.ts';

/** The options by which a template says what to run; exactly one is to be given. */
export interface ScriptOptions {
  readonly command?: string;
  readonly inline?: readonly string[];
  readonly script?: string;
  readonly scripts?: readonly string[];
}

/** `kinds` are the options the component has, in the order they are to be named. */
export function checkScripts(
  options: ScriptOptions,
  kinds: readonly (keyof ScriptOptions)[],
  context: Pick<PrepareContext, 'statPath'>,
): readonly Diagnostic[] {
  const given = kinds.filter((kind) => (options[kind]?.length ?? 0) > 0);
  if (given.length === 0) {
    return [errorAt('SCRIPT_REQUIRED', '', 'nothing to run was given', { hint: `set one of ${kinds.join(', ')}` })];
  }
  const tooMany = given
    .slice(1)
    .map((kind) => errorAt('SCRIPT_AMBIGUOUS', `/${kind}`, `${kind} cannot be combined with ${String(given[0])}`));
  const missing = namedScripts(options).flatMap(({ pointer, path }) => {
    const found = context.statPath(path);
    if (found === 'file' || found === 'other') return [];
    const what = found === undefined ? 'does not exist' : 'is a directory';
    return [errorAt('SCRIPT_NOT_FOUND', pointer, `script ${JSON.stringify(path)} ${what}`)];
  });
  return [...tooMany, ...missing];
}

/** A local script file and the option that names it. */
export interface NamedScript {
  readonly path: string;
  readonly pointer: string;
}

/** The local script files that the options name, in order. */
export function namedScripts({ script, scripts = [] }: ScriptOptions): readonly NamedScript[] {
  const single = script === undefined || script === '' ? [] : [{ path: script, pointer: '/script' }];
  return [...single, ...scripts.map((path, index) => ({ path, pointer: `/scripts/${index}` }))];
}

/** Their paths. */
export function scriptFiles(options: ScriptOptions): readonly string[] {
  return namedScripts(options).map(({ path }) => path);
}

/** The lines of `inline` as a script; `shebang` (without "#!") is left out when the first line brings its own. */
export function inlineScript(lines: readonly string[], shebang: string): string {
  const body = `${lines.join('\n')}\n`;
  return body.startsWith('#!') ? body : `#!${shebang}\n${body}`;
}

/** Lines of a script that tell nothing of what it does. */
const PREAMBLE = /^\s*(?:$|#|set\s+[-+]|export\s|cd\s)/;

/** What a person calls it by: the script's file name, or the first command that does something. */
export function scriptLabel(options: ScriptOptions): string | undefined {
  const [first, ...others] = scriptFiles(options).map((path) => path.split(/[/\\]/).at(-1) ?? path);
  if (first !== undefined) return others.length === 0 ? first : `${first} and ${others.length} more`;
  const lines = [...(options.inline ?? []), ...(options.command === undefined ? [] : [options.command])]
    .flatMap((line) => line.split('\n'))
    .map((line) => line.trim());
  return lines.find((line) => !PREAMBLE.test(line)) ?? lines.find((line) => line !== '');
}
