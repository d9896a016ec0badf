import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../../core/dev/components.ts';
import { lacks } from '../../support/kiln/needs.ts';
import { packages, type Packages } from '../../support/kiln/packages.ts';
import { kilnIn } from '../kiln-place.ts';

const page = readFileSync(join(root, 'docs/plugins.md'), 'utf8');
const directory = mkdtempSync(join(tmpdir(), 'kiln-new-'));
let packed: Packages;

/** Runs a script of sh, which ends at the first command that fails; npm asks no server. */
function run(script: string, folder: string): { readonly status: number | null; readonly output: string } {
  const bin = [join(directory, 'kiln/node_modules/.bin'), dirname(process.execPath)];
  const env = {
    ...kilnIn(directory),
    PATH: [...bin, process.env['PATH']].join(delimiter),
    npm_config_offline: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_cache: join(directory, 'npm'),
    NODE_TEST_CONTEXT: undefined,
  };
  const { status, stdout, stderr } = spawnSync('sh', ['-ec', script], { cwd: folder, env, encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
}

/** The commands of the page, a text for each block that is marked to be run. */
const blocks = [...page.matchAll(/<!-- run: (begin|go on) -->\n\n```sh\n([^]*?)```/g)].map(
  ([, when, commands = '']) => ({
    when,
    commands,
  }),
);

beforeAll(async () => {
  packed = await packages();
  expect(run(`mkdir kiln && npm install --prefix kiln '${packed.kiln}'`, directory)).toMatchObject({ status: 0 });
}, 300_000);

afterAll(() => rmSync(directory, { recursive: true }));

test('the commands of docs/plugins.md lead from an empty folder to a build with the new plugin, in less than two minutes', () => {
  expect(blocks.map(({ when }) => when)).toEqual(['begin', 'go on', 'go on']);
  const [begin, ...later] = blocks;
  // Without a server, what the plugin wants of npm is there before it is asked for.
  const script = [begin?.commands, `npm install '${packed.sdk}'`, ...later.map(({ commands }) => commands)].join('\n');
  const started = Date.now();
  const { status, output } = run(script, directory);
  expect(output).toMatch(/fail 0\b/);
  expect(output).toMatch(/Wrote files\.txt/);
  expect(output).toMatch(/made\.txt\npost-processor lister/);
  expect(output).toMatch(/output +string, default "files.txt"/);
  expect(status).toBe(0);
  expect(Date.now() - started).toBeLessThan(120_000);
  const schema = readFileSync(join(directory, 'kiln-plugin-lister/schema-for-editors.json'), 'utf8');
  expect(schema).toContain('"lister"');
}, 150_000);

test.each([
  ['builder', 'rack', 'Image web in'],
  ['data-source', 'first-line', 'made.txt'],
  ['lookup', 'from_file', 'made.txt'],
])('a new %s is used by its own template', (kind, name, said) => {
  const script = `kiln plugins new ${name} -kind=${kind}
cd kiln-plugin-${name}
kiln plugins install .
kiln validate template.json
kiln build template.json`;
  const { status, output } = run(script, directory);
  expect(output).toContain(said);
  expect(status).toBe(0);
});

const needed: Readonly<Record<string, string>> = { python: 'python3', go: 'go', sh: 'jq' };

describe.each(Object.entries(needed))('a new plugin in %s', (language, program) => {
  test.skipIf(lacks([program]))('passes the checker', () => {
    const build = language === 'go' ? 'GOFLAGS=-mod=mod GOCACHE=$PWD/cache go build -o plugin .\n' : '';
    const script = `kiln plugins new ${language}-one -language=${language}
cd kiln-plugin-${language}-one
${build}kiln plugins check .`;
    expect(run(script, directory)).toMatchObject({ status: 0 });
  });
});

test('what is there is not overwritten', () => {
  const { status, output } = run('mkdir -p kiln-plugin-here/x\nkiln plugins new here', directory);
  expect(output).toContain('PLUGIN_EXISTS');
  expect(status).not.toBe(0);
});
