import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrors } from '../../../core/diagnostics/diagnostic.ts';
import { TemplateError } from '../../../core/errors/errors.ts';
import { inspectMachineText, inspectTemplate } from '../../../core/template/inspect.ts';
import { parseTemplate } from '../../../core/template/parse-template.ts';
import { templateSource } from '../../../core/template/read-template.ts';
import type { Template } from '../../../core/template/template.ts';

/** The cookie keeps Packer from starting itself a second time to catch its own panics: half the time a call. */
const unwrapped = { PACKER_WRAP_COOKIE: '49C22B1A-3A93-4C98-97FA-E07D18C787B5' };

export interface Ended {
  readonly status: number;
  readonly output: string;
}

/** Runs Packer in a directory of the test's own. What it reads comes through a pipe: of Node's sockets it takes no notice. */
export async function packer(directory: string, args: readonly string[], stdin = ''): Promise<Ended> {
  const own = { CHECKPOINT_DISABLE: '1', PACKER_CONFIG_DIR: directory, HOME: directory };
  // Without the other process the console says nothing.
  const env = { ...process.env, ...(args[0] === 'console' ? {} : unwrapped), ...own };
  const options = { cwd: directory, env, maxBuffer: 64 * 1024 * 1024 };
  const command = stdin === '' ? ['packer', ...args] : ['sh', '-c', 'printf %s "$0" | packer "$@"', stdin, ...args];
  const [program = '', ...rest] = command;
  return new Promise((resolve) => {
    execFile(program, rest, options, (error, stdout) => {
      resolve({ status: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, output: stdout });
    });
  });
}

function kiln(text: string): Template | undefined {
  try {
    const template = parseTemplate(templateSource('t.json', text));
    return hasErrors(template.findings) ? undefined : template;
  } catch (error) {
    if (error instanceof TemplateError) return undefined;
    throw error;
  }
}

/** Time stamps gone; the required variables, whose order is random in Packer, sorted. */
export function comparable(text: string): string {
  const lines = text.split('\n').map((line) => line.replace(/^\d+/, ''));
  const start = lines.indexOf(',,ui,say,Required variables:\\n') + 1;
  const end = lines.indexOf(',,ui,say,', start);
  if (start === 0) return lines.join('\n');
  return [...lines.slice(0, start), ...lines.slice(start, end).sort(), ...lines.slice(end)].join('\n');
}

function isStrictJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The documented supersets: what Kiln reads and Packer refuses. */
function superset(text: string, template: Template): string | undefined {
  if (!isStrictJson(text)) return 'comments, trailing commas, byte order mark';
  if (template.findings.some((finding) => finding.code === 'VARIABLE_COERCED')) return 'number and boolean defaults';
  if ('$schema' in (template.source.value as object)) return '$schema';
  return undefined;
}

export interface Compared {
  readonly packerAccepts: boolean;
  /** What Kiln reads and Packer refuses, on purpose. */
  readonly superset: string | undefined;
  /** What ought to be the same and is not. */
  readonly disagreement: string | undefined;
}

/** Lets both read a template; `alsoValidate`: Packer with `validate -syntax-only` as well. `directory` is for the template. */
export async function compareWithPacker(text: string, directory: string, alsoValidate: boolean): Promise<Compared> {
  await writeFile(join(directory, 't.json'), text);
  const template = kiln(text);
  const theirs = await packer(directory, ['inspect', '-machine-readable', 't.json']);
  const packerAccepts = theirs.status === 0;
  const found = (disagreement?: string, more?: string): Compared => ({ packerAccepts, disagreement, superset: more });
  if (alsoValidate) {
    const { status } = await packer(directory, ['validate', '-syntax-only', 't.json']);
    if (status !== theirs.status) return found('Packer inspects what it calls invalid, or the other way round');
  }
  if (template === undefined) return found(packerAccepts ? 'Packer accepts it, Kiln does not' : undefined);
  if (!packerAccepts) {
    const more = superset(text, template);
    return found(more === undefined ? 'Kiln accepts it, Packer does not' : undefined, more);
  }
  // What cannot be encoded becomes U+FFFD on the way out.
  const ours = Buffer.from(comparable(inspectMachineText(inspectTemplate(template), 0))).toString();
  const same = ours === comparable(theirs.output);
  return found(same ? undefined : `inspect differs:\nPacker:\n${comparable(theirs.output)}\nKiln:\n${ours}`);
}
