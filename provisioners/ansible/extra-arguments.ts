import type { JsonObject } from '../../plugins/sdk/index.ts';

/** Text that Ansible takes as variables. */
interface Variables {
  /** Where the value is: 0 when it is an argument of its own, else how many characters come before it. */
  readonly prefix: string;
  readonly value: string;
}

function joined(argument: string): Variables | undefined {
  const long = /^(--extra-vars=)(.+)$/s.exec(argument) ?? /^(-e)(.+)$/s.exec(argument);
  return long === null ? undefined : { prefix: String(long[1]), value: String(long[2]) };
}

/** The variables as a file's text; undefined when only Ansible itself can tell what the value means. */
function fileText(value: string): string | undefined {
  const text = value.trim();
  if (/^[[{]/.test(text)) return text;
  // Ansible splits by blanks and takes quotes, escapes and {{ }} into account; without these, pairs are just pairs.
  if (/["'\\{}@]/.test(text)) return undefined;
  const words = text.split(/\s+/);
  if (words.some((word) => !/^\w+=/.test(word))) return undefined;
  const pairs = words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]);
  return JSON.stringify(Object.fromEntries(pairs) as JsonObject);
}

/**
 * Any user of this machine can read the arguments of a program: the values of `-e` are replaced by "@file".
 * `writeFile` puts a text where only Kiln's user can read it and returns its path.
 */
export async function hideVariables(
  given: readonly string[],
  writeFile: (text: string) => Promise<string>,
): Promise<readonly string[]> {
  const hidden = async (value: string): Promise<string> => {
    const text = fileText(value);
    return text === undefined ? value : `@${await writeFile(text)}`;
  };
  const result: string[] = [];
  for (const [index, argument] of given.entries()) {
    const before = given[index - 1];
    const inside = joined(argument);
    if (before === '-e' || before === '--extra-vars') result.push(await hidden(argument));
    else if (inside === undefined) result.push(argument);
    else result.push(`${inside.prefix}${await hidden(inside.value)}`);
  }
  return result;
}
