import { keyValues } from './key-values.ts';

/** Text that Ansible takes as variables. */
interface Variables {
  /** What comes before it in the same argument. */
  readonly prefix: string;
  readonly value: string;
}

const OPTION = '--extra-vars';

/** Ansible knows its options by their beginnings, too. */
function isLongOption(name: string): boolean {
  return name.startsWith('--e') && OPTION.startsWith(name);
}

function joined(argument: string): Variables | undefined {
  const [, name = '', sign = '', value = ''] =
    /^(--[\w-]+)(=)(.+)$/s.exec(argument) ?? /^(-e)()(.+)$/s.exec(argument) ?? [];
  return name === '-e' || isLongOption(name) ? { prefix: name + sign, value } : undefined;
}

function variablesAt(given: readonly (string | undefined)[], index: number): Variables | undefined {
  const [before, argument] = [given[index - 1], given[index]];
  if (argument === undefined) return undefined;
  if (before === '-e' || (before !== undefined && isLongOption(before))) return { prefix: '', value: argument };
  return joined(argument);
}

/** The variables as a file's text; undefined when only Ansible itself can tell what the value means. */
function fileText(value: string): string | undefined {
  if (/^[[{]/.test(value)) return value;
  const pairs = keyValues(value);
  return pairs === undefined ? undefined : JSON.stringify(pairs);
}

export interface Hiding {
  /** Puts a text where only its user can read it, and returns its path as Ansible is to be told. */
  readonly writeFile: (text: string) => Promise<string>;
  readonly warn: (message: string) => void;
}

/**
 * Any user of a machine can read the arguments of its programs: where the values of `-e` are, "@file" is to be instead.
 * Gives only what has changed, at its place; an argument that is not known is undefined.
 */
export async function hideVariables(
  given: readonly (string | undefined)[],
  { writeFile, warn }: Hiding,
): Promise<readonly (string | undefined)[]> {
  const result: (string | undefined)[] = [];
  for (const index of given.keys()) {
    const found = variablesAt(given, index);
    const text = found === undefined || found.value.startsWith('@') ? undefined : fileText(found.value);
    if (found?.value.includes('=') === true && text === undefined && !found.value.startsWith('@')) {
      warn('the variables of an -e stay in the command line of ansible-playbook: only Ansible can read them');
    }
    result.push(found === undefined || text === undefined ? undefined : `${found.prefix}@${await writeFile(text)}`);
  }
  return result;
}
