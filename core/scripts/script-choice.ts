import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { PrepareContext } from '../plan/component.ts';

/** The options by which a template says what to run; exactly one is to be given. */
export interface ScriptOptions {
  readonly command?: string;
  readonly inline?: readonly string[];
  readonly script?: string;
  readonly scripts?: readonly string[];
}

function error(code: string, message: string, pointer: string, hint?: string): Diagnostic {
  return { severity: 'error', code, message, pointer, ...(hint === undefined ? {} : { hint }) };
}

/** `kinds` are the options the component has, in the order they are to be named. */
export function checkScripts(
  options: ScriptOptions,
  kinds: readonly (keyof ScriptOptions)[],
  context: Pick<PrepareContext, 'look'>,
): readonly Diagnostic[] {
  const given = kinds.filter((kind) => (options[kind]?.length ?? 0) > 0);
  if (given.length === 0) {
    return [error('SCRIPT_REQUIRED', 'nothing to run was given', '', `set one of ${kinds.join(', ')}`)];
  }
  const tooMany = given
    .slice(1)
    .map((kind) => error('SCRIPT_AMBIGUOUS', `${kind} cannot be combined with ${String(given[0])}`, `/${kind}`));
  const files = [
    ...(options.script === undefined || options.script === '' ? [] : [['/script', options.script] as const]),
    ...(options.scripts ?? []).map((path, index) => [`/scripts/${index}`, path] as const),
  ];
  const missing = files.flatMap(([pointer, path]) => {
    const found = context.look(path);
    if (found === 'file' || found === 'other') return [];
    const what = found === undefined ? 'does not exist' : 'is a directory';
    return [error('SCRIPT_NOT_FOUND', `script ${JSON.stringify(path)} ${what}`, pointer)];
  });
  return [...tooMany, ...missing];
}

/** The local script files that the options name. */
export function scriptFiles(options: ScriptOptions): readonly string[] {
  return [
    ...(options.script === undefined || options.script === '' ? [] : [options.script]),
    ...(options.scripts ?? []),
  ];
}

/** The lines of `inline` as a script; `shebang` (without "#!") is left out when the first line brings its own. */
export function inlineScript(lines: readonly string[], shebang: string): string {
  const body = `${lines.join('\n')}\n`;
  return body.startsWith('#!') ? body : `#!${shebang}\n${body}`;
}
