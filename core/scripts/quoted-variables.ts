import { warningAt } from '../diagnostics/complain.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { environmentPairs, type EnvironmentOptions } from './environment.ts';

const ACTION = /^\{\{[^]*?\}\}/;
const VARIABLES = /\.Vars\b/;
/** What ends its quotes early, or means something between them. */
const SPECIAL = { "'": /[^\w@%+=:,./-]/, '"': /["$`\\]/ } as const;

type Quote = keyof typeof SPECIAL;

/** The quotes of the command that its first `{{.Vars}}` stands between, as a shell reads them. */
function quoteAround(command: string): Quote | undefined {
  let open: Quote | undefined;
  for (let at = 0; at < command.length; at += 1) {
    const [action = ''] = ACTION.exec(command.slice(at)) ?? [];
    if (VARIABLES.test(action)) return open;
    const sign = command[at];
    if (action !== '') at += action.length - 1;
    else if (sign === '\\' && open !== "'") at += 1;
    else if (sign === open) open = undefined;
    else if (open === undefined && (sign === "'" || sign === '"')) open = sign;
  }
  return undefined;
}

/**
 * A warning when a command puts the variables, each value of which is in single quotes, between quotes of its own, and a
 * value does not bear it. `commands` are what shells read, by their pointers.
 */
export function checkQuotedVariables(
  options: EnvironmentOptions,
  commands: readonly (readonly [pointer: string, command: string])[],
): readonly Diagnostic[] {
  const pairs = environmentPairs(options, {}).filter(([, value]) => !value.includes('{{'));
  return commands.flatMap(([pointer, command]): readonly Diagnostic[] => {
    const quote = quoteAround(command);
    const [name] = quote === undefined ? [] : (pairs.find(([, value]) => SPECIAL[quote].test(value)) ?? []);
    if (name === undefined) return [];
    const kind = quote === "'" ? 'single' : 'double';
    return [
      warningAt(
        'ENVIRONMENT_VARIABLE_QUOTES',
        pointer,
        `{{.Vars}} stands between ${kind} quotes, which the value of ${name} does not bear: the script may not run`,
        { hint: "put it before the quotes, as in: {{.Vars}} sh -c '…'" },
      ),
    ];
  });
}
