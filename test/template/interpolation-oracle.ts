/**
 * Makes interpolation.json: what Packer 1.6.6 renders each text of interpolation-texts.ts to.
 * Run by hand: node test/template/interpolation-oracle.ts
 * Texts that interpolation.json has already are not asked about again; delete it to ask about all.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { texts, type Asked } from './interpolation-texts.ts';

export interface Case {
  readonly where: Asked['where'];
  readonly text: string;
  /** What Packer renders it to. */
  readonly output?: string;
  /** Unix seconds of the rendering, when the outcome depends on it. */
  readonly startedAt?: number;
  /** Packer's complaint, when it refuses. */
  readonly error?: string;
}

const given = { name: 'Root Owner', words: 'some plain words', count: '5', empty: '' };
const perRun = 60;

function packer(
  directory: string,
  args: readonly string[],
): Promise<{ readonly status: number; readonly output: string }> {
  const env = {
    PATH: process.env['PATH'],
    HOME: directory,
    PACKER_CONFIG_DIR: directory,
    CHECKPOINT_DISABLE: '1',
    KILN_CASE: 'from the environment',
  };
  return new Promise((resolve) => {
    execFile('packer', [...args], { cwd: directory, env, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : 1, output: stdout + stderr });
    });
  });
}

/** A template whose file builders write what the texts render to. */
function template(directory: string, batch: readonly Asked[]): string {
  const variables: Record<string, string> = { name: given.name, words: given.words, count: given.count, empty: '' };
  const builders = batch.map(({ where, text, timed }, index) => {
    if (where === 'variable') variables[`case${String(index)}`] = text;
    const shown = where === 'variable' ? `{{user \`case${String(index)}\`}}` : text;
    return {
      type: 'file',
      name: 'web-1',
      target: join(directory, String(index)),
      content: `<${timed ? '{{timestamp}} ' : ''}${shown}>`,
    };
  });
  return JSON.stringify({
    variables,
    builders: builders.map((builder, index) =>
      batch.length === 1 ? builder : { ...builder, name: `case-${String(index)}` },
    ),
  });
}

async function outcome(directory: string, asked: Asked, index: number): Promise<Case> {
  const written = (await readFile(join(directory, String(index)), 'utf8')).slice(1, -1);
  const { where, text } = asked;
  if (!asked.timed) return { where, text, output: written };
  const [seconds = ''] = written.split(' ');
  return { where, text, output: written.slice(seconds.length + 1), startedAt: Number(seconds) };
}

/** Packer's reason on one line, without the text that it repeats. */
function complaint(output: string): string {
  const lines = output.replaceAll(/\s+/g, ' ');
  const from = lines.indexOf('template: root:');
  return (from < 0 ? lines : lines.slice(from)).replace(/ in: .*$/, '').trim();
}

/** Asks about many at once, and about halves when one of them is refused. */
async function ask(root: string, batch: readonly Asked[]): Promise<readonly Case[]> {
  const directory = await realpath(await mkdtemp(join(root, 'run-')));
  await writeFile(join(directory, 't.json'), template(directory, batch));

  const valid = await packer(directory, ['validate', 't.json']);
  if (valid.status === 0) {
    const built = await packer(directory, ['build', 't.json']);
    if (built.status !== 0) throw new Error(built.output);
    const found = await Promise.all(batch.map((asked, index) => outcome(directory, asked, index)));
    return found.map((one) => ({
      ...one,
      ...(one.output === undefined ? {} : { output: one.output.replaceAll(directory, '<directory>') }),
    }));
  }
  const [only] = batch;
  if (batch.length === 1 && only !== undefined) {
    return [
      { where: only.where, text: only.text, error: complaint(valid.output).replaceAll(directory, '<directory>') },
    ];
  }
  const middle = Math.ceil(batch.length / 2);
  return [...(await ask(root, batch.slice(0, middle))), ...(await ask(root, batch.slice(middle)))];
}

const file = join(import.meta.dirname, 'interpolation.json');

async function known(): Promise<readonly Case[]> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as readonly Case[];
  } catch {
    return [];
  }
}

/** Those that have to be alone in a template: one's variables or its build's name would tell on the others. */
function isAlone({ where, text }: Asked): boolean {
  return where === 'variable' || text.includes('build_name');
}

const root = await mkdtemp(join(tmpdir(), 'kiln-oracle-'));
const found = new Map((await known()).map((one) => [one.where + one.text, one]));
const wanted = texts.filter(({ where, text }) => !found.has(where + text));
const together = wanted.filter((asked) => !isAlone(asked));
const batches = wanted.filter(isAlone).map((asked) => [asked]);
while (together.length > 0) batches.push(together.splice(0, perRun));
for (const batch of batches) {
  for (const one of await ask(root, batch)) found.set(one.where + one.text, one);
}
await rm(root, { recursive: true });
const cases = texts.flatMap(({ where, text }) => found.get(where + text) ?? []);
await writeFile(file, `[\n${cases.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`);
