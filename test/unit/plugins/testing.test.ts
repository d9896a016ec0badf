import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { root } from '../../../core/dev/components.ts';
import {
  defineBuilder,
  definePostProcessor,
  StepError,
  type BuildRun,
  type Acquisition,
  type JsonValue,
  type ResourceKind,
} from '../../../plugins/sdk/index.ts';
import {
  conformance,
  fakeGuest,
  runBuilder,
  runPostProcessor,
  type TestedComponent,
} from '../../../plugins/sdk/testing.ts';
import { readImports } from '../../support/kiln/import-graph.ts';

async function place(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'kiln-sdk-testing-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

/** Ids and locator of these tests are paths. */
function text(value: JsonValue): string {
  return typeof value === 'string' ? value : '';
}

/** A kind of files that are known by the token in their names. */
function markKind(changes: Partial<ResourceKind<JsonValue>> = {}): ResourceKind<JsonValue> {
  return {
    kind: 'marks:mark',
    release: (id) => rm(text(id), { force: true }),
    find: async (token, locator) =>
      (await readdir(text(locator))).filter((name) => name.endsWith(token)).map((name) => join(text(locator), name)),
    ...changes,
  };
}

function making(directory: string): Acquisition<JsonValue, undefined> {
  return {
    describe: 'a mark',
    locator: directory,
    create: async (token) => {
      const id = join(directory, `mark-${token}`);
      await writeFile(id, '');
      return { id, handle: undefined };
    },
  };
}

const option = { type: 'string', description: 'Where marks are made.' };
const schema = {
  additionalProperties: false,
  type: 'object',
  properties: { directory: option, fails: { type: 'boolean', default: false, description: 'Whether it fails.' } },
  required: ['directory'],
};

function builderOf(kind: ResourceKind<JsonValue>): TestedComponent {
  const run = async ({ directory, fails }: { directory: string; fails: boolean }, build: BuildRun) => {
    const mark = await build.acquire(kind, making(directory));
    build.addSecret('hidden');
    build.say(`made ${String((await readdir(directory)).length)} hidden`);
    if (fails) throw new StepError('it fails', { code: 'MARK_FAILED' });
    await mark.keep();
    return { builderId: 'marks', id: 'x', description: 'x', files: [text(mark.id)], properties: {} };
  };
  return { type: 'marks', schema, component: defineBuilder({ resources: [kind], run }) };
}

async function brokenRules(kind: ResourceKind<JsonValue>, tested = builderOf(kind)): Promise<readonly string[]> {
  const rules = conformance(tested, { things: [{ kind, acquisition: making(await place()) }] });
  const checks = rules.map(async ({ rule, check }) =>
    check().then(
      () => [],
      () => [rule],
    ),
  );
  return (await Promise.all(checks)).flat();
}

describe('conformance', () => {
  test('is content with what keeps the rules', async () => {
    expect(await brokenRules(markKind())).toEqual([]);
  });

  test.each([
    ['nothing is given back', { release: () => Promise.resolve() }, ['twice', 'between']],
    ['the second time fails', { release: (id: JsonValue) => rm(text(id)) }, ['twice']],
    ['nothing is found', { find: () => Promise.resolve([]) }, ['by its token', 'between']],
    [
      'anything is found',
      { find: async (_: string, at: JsonValue) => (await readdir(text(at))).map((name) => join(text(at), name)) },
      ['by its token'],
    ],
    ['the kind has another component’s name', { kind: 'other:mark' }, ['start with its type']],
  ])('finds that %s', async (_, changes, words) => {
    const broken = await brokenRules(markKind(changes));
    for (const word of words) expect(broken.join('\n')).toContain(word);
    expect(broken.length).toBeGreaterThanOrEqual(words.length);
  });

  test('finds a kind that is not registered, and an option that says nothing of itself', async () => {
    const tested = { ...builderOf(markKind()), schema: { ...schema, properties: { directory: { type: 'string' } } } };
    const bare = { ...tested, component: { ...tested.component, resources: [] } };
    const broken = (await brokenRules(markKind(), bare)).join('\n');
    expect(broken).toContain('registered among the resources');
    expect(broken).toContain('every option is described');
  });
});

describe('a builder', () => {
  test('keeps its artifact, and its secrets are hidden', async () => {
    const directory = await place();
    const { outcome, lines, artifacts } = await runBuilder(builderOf(markKind()), { directory });
    expect(outcome).toBe('succeeded');
    expect(lines.join('\n')).toMatch(/made 1 /);
    expect(lines.join('\n')).not.toContain('hidden');
    await access(artifacts[0]?.files[0] ?? '');
  });

  test('that fails has what it made given back by the real engine', async () => {
    const directory = await place();
    const { outcome, failure, leftBehind } = await runBuilder(builderOf(markKind()), { directory, fails: true });
    expect([outcome, failure?.code, leftBehind]).toEqual(['failed', 'MARK_FAILED', []]);
    expect(await readdir(directory)).toEqual([]);
  });

  test('with options that are not there does not run', async () => {
    await expect(runBuilder(builderOf(markKind()), { directory: '/nowhere', colour: 'red' })).rejects.toThrow(/colour/);
  });
});

test('a post-processor gets the artifact and makes another', async () => {
  const made = { builderId: 'marks', id: 'b', description: 'b', files: [], properties: {} };
  const component = definePostProcessor({
    postProcess: (input, _: object) =>
      Promise.resolve({ artifact: { ...made, description: `of ${input.id}` }, input: 'keep' as const }),
  });
  const tested = { type: 'again', schema: { type: 'object', additionalProperties: false, properties: {} }, component };
  const { artifacts } = await runPostProcessor(tested, {}, { artifact: { ...made, id: 'a' } });
  expect(artifacts.map(({ description }) => description)).toContain('of a');
});

test('a fake guest has files and answers, and keeps what was said to it', async () => {
  const directory = await place();
  const guest = fakeGuest((command, stdin) => (command === 'cat' ? { stdout: `${stdin.toString()}\n` } : undefined));
  const { signal } = new AbortController();
  const heard: string[] = [];
  const { exitStatus } = await guest.exec('cat', { signal, stdin: 'a\nb', onLine: (_, line) => heard.push(line) });
  expect([exitStatus, heard, guest.commands]).toEqual([0, ['a', 'b'], ['cat']]);
  await guest.upload({ content: 'c' }, '/etc/c', { signal });
  await guest.downloadTree('/etc', directory, { signal });
  expect(await readFile(join(directory, 'c'), 'utf8')).toBe('c');
  const missing = guest.download('/etc/d', join(directory, 'd'), { signal });
  await expect(missing).rejects.toMatchObject({ code: 'COMMUNICATOR_TRANSFER_FAILED' });
  await expect(guest.exec('cat', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
});

test('what only tests use is imported by the entry point for tests alone, so that no bundle has it', () => {
  const imports = readImports(root, ['core', 'plugins', 'builders', 'provisioners', 'post-processors', 'lookups']);
  const isTesting = (path: string): boolean => path.startsWith('core/testing/') || path === 'plugins/sdk/testing.ts';
  const users = imports.filter(({ from, to }) => isTesting(to) && !isTesting(from));
  expect(imports.some(({ to }) => isTesting(to))).toBe(true);
  expect(users).toEqual([]);
});
