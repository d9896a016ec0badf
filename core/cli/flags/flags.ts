import { nameHint } from '../../diagnostics/suggest.ts';
import { UsageError } from '../../errors/errors.ts';
import { packerFlags } from './packer-flags.ts';

/** A flag of a command. The tables of flags make the parser, the help and the check of docs/cli.md. */
export type Flag =
  /** -force, -force=false; without `default` undefined means that the user did not say. */
  | { readonly kind: 'switch'; readonly summary: string; readonly default?: boolean }
  /** A whole number of at least `least`. */
  | { readonly kind: 'count'; readonly summary: string; readonly default: number; readonly least: number }
  | {
      readonly kind: 'choice';
      readonly summary: string;
      readonly default: string;
      readonly choices: readonly string[];
    }
  /** Values separated by commas, of all uses of the flag; an empty one that was given is kept. */
  | { readonly kind: 'list'; readonly summary: string; readonly placeholder: string }
  /** One value each time the flag is used. */
  | { readonly kind: 'many'; readonly summary: string; readonly placeholder: string };

export type FlagTable = Readonly<Record<string, Flag>>;

type ValueOf<F extends Flag> = F extends { readonly kind: 'switch' }
  ? F extends { readonly default: boolean }
    ? boolean
    : boolean | undefined
  : F extends { readonly kind: 'count' }
    ? number
    : F extends { readonly kind: 'choice'; readonly choices: readonly (infer Choice)[] }
      ? Choice
      : readonly string[];

export type FlagValues<Table extends FlagTable> = { readonly [Name in keyof Table]: ValueOf<Table[Name]> };

export interface ParsedArguments<Table extends FlagTable> {
  readonly flags: FlagValues<Table>;
  readonly operands: readonly string[];
}

const truths: Readonly<Record<string, boolean>> = { 1: true, t: true, true: true, 0: false, f: false, false: false };

function refuse(message: string, hint?: string): never {
  throw new UsageError(message, { code: 'USAGE', ...(hint === undefined ? {} : { hint }) });
}

/** The flag as users write it in a message. */
function shown(name: string): string {
  return `-${name}`;
}

function valueFrom(name: string, flag: Flag, text: string, before: unknown): unknown {
  const earlier = Array.isArray(before) ? (before as unknown[]) : [];
  switch (flag.kind) {
    case 'switch': {
      const truth = truths[text.toLowerCase()];
      return truth ?? refuse(`${shown(name)} is true or false, not ${JSON.stringify(text)}`);
    }
    case 'count': {
      const count = /^\d{1,9}$/.test(text) ? Number(text) : -1;
      if (count >= flag.least) return count;
      return refuse(`${shown(name)} is a whole number of at least ${flag.least}, not ${JSON.stringify(text)}`);
    }
    case 'choice':
      if (flag.choices.includes(text)) return text;
      return refuse(
        `${shown(name)} is one of ${flag.choices.join(', ')}, not ${JSON.stringify(text)}`,
        nameHint(text, flag.choices),
      );
    case 'list': {
      const elements = text.split(',').map((element) => element.trim());
      const named = elements.filter((element) => element !== '');
      return [...earlier, ...(named.length === 0 ? [''] : named)];
    }
    case 'many':
      return [...earlier, text];
  }
}

function defaults(table: FlagTable): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(table).map(([name, flag]) => [
      name,
      'default' in flag ? flag.default : flag.kind === 'switch' ? undefined : [],
    ]),
  );
}

function flagNamed(table: FlagTable, name: string, argument: string): Flag {
  const flag = Object.hasOwn(table, name) ? table[name] : undefined;
  if (flag !== undefined) return flag;
  const reason = Object.hasOwn(packerFlags, name) ? packerFlags[name] : undefined;
  if (reason !== undefined) return refuse(`${shown(name)} ${reason}`, 'leave it out');
  const known = Object.keys(table);
  const begun = known.find((candidate) => candidate.startsWith(name));
  if (begun !== undefined)
    return refuse(`there is no flag ${argument.split('=', 1).join('')}`, `did you mean ${shown(begun)}?`);
  const near = nameHint(name, known.map(shown));
  return refuse(`there is no flag ${argument.split('=', 1).join('')}`, near?.replaceAll('"', ''));
}

/**
 * Reads a command's arguments: flags with one dash or two, before, between and behind the operands; "--" ends the
 * flags, "-" is an operand. Throws `UsageError` USAGE.
 */
export function parseArguments<Table extends FlagTable>(table: Table, args: readonly string[]): ParsedArguments<Table> {
  const values = defaults(table);
  const operands: string[] = [];
  const rest = [...args];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (argument === '--') {
      operands.push(...rest);
      break;
    }
    const [, name, given] = /^--?([^-=][^=]*)(?:=([^]*))?$/.exec(argument) ?? [];
    if (name === undefined) {
      if (argument !== '-' && argument.startsWith('-')) refuse(`there is no flag ${argument}`);
      operands.push(argument);
      continue;
    }
    const flag = flagNamed(table, name, argument);
    const text = given ?? (flag.kind === 'switch' ? 'true' : rest.shift());
    if (text === undefined) return refuse(`${shown(name)} needs a value`, `write ${shown(name)}=${example(flag)}`);
    values[name] = valueFrom(name, flag, text, values[name]);
  }
  return { flags: values as FlagValues<Table>, operands };
}

function example(flag: Flag): string {
  return flag.kind === 'count' ? String(flag.least) : placeholder(flag);
}

function placeholder(flag: Flag): string {
  switch (flag.kind) {
    case 'switch':
      return 'true|false';
    case 'count':
      return 'N';
    case 'choice':
      return flag.choices.join('|');
    case 'list':
    case 'many':
      return flag.placeholder;
  }
}

/** How the flag is written, for the help: "-force", "-write=true|false", "-only=a,b". */
export function flagForm(name: string, flag: Flag): string {
  return flag.kind === 'switch' && flag.default !== true ? shown(name) : `${shown(name)}=${placeholder(flag)}`;
}

/** What the flag does, and what happens without it where that is not plain: "…; default cleanup". */
export function flagSummary(flag: Flag): string {
  const said = 'default' in flag && flag.default !== false;
  return said ? `${flag.summary}; default ${flag.default}` : flag.summary;
}
