/** Rows that are command lines, each in a directory of its own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { JsonValue } from '../../../core/contract/json.ts';
import { comparable, leftIn, type Left } from './outcome.ts';
import { call, type Tool } from './tools.ts';

export interface Ended {
  readonly fails: boolean;
  readonly left: Left;
  /** Standard output, of rows that look at it; what is said of a failure is in each tool's own words. */
  readonly said?: string;
}

export interface CommandRow {
  readonly args: readonly string[];
  /** The template, `t.json`. */
  readonly template?: JsonValue;
  readonly files?: Readonly<Record<string, JsonValue>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Whether what it says on standard output counts. */
  readonly says?: true;
  readonly packer: Ended;
  /** What Kiln does, where it is something else on purpose. */
  readonly kiln?: Ended;
  /** Why, in the words of docs/templates.md. */
  readonly meant?: string;
}

const textOf = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value));

export async function runCommand(tool: Tool, directory: string, row: CommandRow): Promise<Ended> {
  const given: Record<string, string> = {};
  const files = { ...row.files, ...(row.template === undefined ? {} : { 't.json': row.template }) };
  for (const [path, value] of Object.entries(files)) {
    given[path] = textOf(value);
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), given[path], { mode: 0o755 });
  }
  mkdirSync(directory, { recursive: true });
  const { code, stdout } = await call(tool, { directory, args: row.args, env: row.env, stdin: row.stdin });
  const ended = { fails: code !== 0, left: leftIn(directory, 'no-name', given) };
  return row.says === true && code === 0 ? { ...ended, said: comparable(stdout, directory, 'no-name') } : ended;
}
