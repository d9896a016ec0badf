import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../../support/kiln/needs.ts';
import { packages } from '../../support/kiln/packages.ts';
import { root } from '../kiln-place.ts';
import { faultySystem, type Fault, type FaultySystem } from '../run/faulty-system.ts';
import { pluginPlace, type PluginPlace, type Ran } from './plugin-place.ts';

const NAMES = ['kiln-plugin-rack', 'kiln-plugin-label', 'kiln-plugin-catalog'];
const long = process.env['KILN_LONG_TESTS'] === '1';
if (!long) console.info('one kind of fault at each write to the journal; with KILN_LONG_TESTS=1 three');

const skip = lacks(['npm', 'gcc']);
let place: PluginPlace;
let system: FaultySystem;

function npm(args: readonly string[], cwd: string): string {
  const env = { ...process.env, npm_config_offline: 'true', npm_config_cache: place.path('npm') };
  return execFileSync('npm', args, { cwd, env, encoding: 'utf8' });
}

/** Builds a plugin as somebody would who has the SDK's tarball and a compiler, and packs it. */
function build(name: string): string {
  const folder = place.path('home', name);
  cpSync(join(root, 'test/fixtures/plugins/outside', name), folder, { recursive: true });
  const types = ['--typeRoots', join(root, 'node_modules/@types')];
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder, ...types]);
  return join(folder, npm(['pack', '--ignore-scripts', '--silent'], folder).trim());
}

/** The Kiln that npm installed from its tarball. */
async function kiln(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  return place.kiln(args, env, place.path('home/node_modules/kiln/dist/cli.cjs'));
}

const things = (): readonly string[] => (existsSync(place.path('rack')) ? readdirSync(place.path('rack')) : []);

/** Whether the only run's journal says that the box is the result; gc may have removed one that had nothing. */
function hasKept(): boolean {
  const runs = place.path('state/runs');
  const journals = readdirSync(runs).map((name) => join(runs, name, 'journal.jsonl'));
  return journals.some((path) => existsSync(path) && readFileSync(path, 'utf8').includes('"record":"kept"'));
}

function template(text: string): object {
  return {
    required_plugins: Object.fromEntries(NAMES.map((name) => [name, '^1.0.0'])),
    builders: [{ type: 'rack', rack: place.path('rack'), label: 'fragile' }],
    provisioners: [{ type: 'label', text, code: 'open-sesame' }],
    'post-processors': [[{ type: 'catalog', path: place.path('list') }, 'manifest']],
  };
}

describe.skipIf(skip)('plugins that were made outside, of the tarballs alone', () => {
  beforeAll(async () => {
    place = pluginPlace();
    system = faultySystem();
    const packed = await packages();
    mkdirSync(place.path('home'));
    writeFileSync(place.path('home/package.json'), '{}');
    npm(['install', '--no-audit', '--no-fund', packed.kiln, packed.sdk], place.path('home'));
    const tarballs = NAMES.map(build);
    const { code, stderr } = await kiln(['plugins', 'install', ...tarballs]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    place.write('web.json', template('fragile'));
  }, 480_000);

  afterAll(() => {
    system[Symbol.dispose]();
    place.remove();
  });

  test('build, mask secrets, and make what the next post-processor reads', async () => {
    const { code, stdout } = await kiln(['build', 'web.json']);
    expect(code, stdout).toBe(0);
    expect(stdout).toMatch(/label of box-[-\w]+: fragile <sensitive>/);
    expect(things()).toEqual([expect.stringMatching(/^box-/)]);
    expect(readFileSync(place.path('list'), 'utf8')).toBe(`${things()[0] ?? ''}: a box with fragile on it\n`);
  });

  test('take part in schema, documentation and complaints', async () => {
    expect((await kiln(['docs', 'rack'])).stdout).toContain('builder rack (plugin kiln-plugin-rack 1.0.0)');
    expect((await kiln(['docs', '-markdown', 'label'])).stdout).toContain(
      '| `text` | string |  | **Required.** What it says. |',
    );
    const { properties, definitions } = JSON.parse((await kiln(['schema'])).stdout) as Record<string, object>;
    expect(properties).toHaveProperty('required_plugins');
    expect(JSON.stringify(definitions)).toContain('"const":"catalog"');
    place.write('wrong.json', {
      builders: [{ type: 'rack', rack: 'here', lable: 'x' }],
      provisioners: [{ type: 'labl', text: 'a' }],
    });
    const { stderr } = await kiln(['validate', 'wrong.json']);
    expect(stderr).toMatch(/RACK_PATH {2}wrong\.json:1:\d+ {2}\/builders\/0\/rack/);
    expect(stderr).toMatch(/OPTION_UNKNOWN[^]*did you mean "label"\?[^]*COMPONENT_UNKNOWN[^]*did you mean "label"\?/);
  });

  test('give back what they made when a build fails, and the option to blame is shown', async () => {
    rmSync(place.path('rack'), { recursive: true, force: true });
    const { code, stdout } = await kiln(['build', place.write('failing.json', template('unreadable'))]);
    expect([code, things()]).toEqual([1, []]);
    expect(stdout).toMatch(/LABEL_UNREADABLE {2}failing\.json:1:\d+ {2}\/provisioners\/0\/text/);
  });

  const faults: readonly Fault[] = long ? ['kill-before', 'kill-after', 'torn'] : ['kill-after'];
  test.each(faults)(
    'leave nothing behind that gc does not find after a crash (%s) at any write to the journal',
    async (fault) => {
      let crashes = 0;
      for (let at = 1; ; at += 1) {
        for (const name of ['rack', 'state', 'list']) rmSync(place.path(name), { recursive: true, force: true });
        const { code, stdout, stderr } = await kiln(['build', 'web.json'], system.failing(fault, at));
        if (code === 0) break;
        expect([null, 137], stdout + stderr).toContain(code);
        crashes += 1;
        // The plugin is not even pinned any more: what the run wrote down counts.
        const lock = readFileSync(place.path('kiln-plugins.lock.json'));
        rmSync(place.path('kiln-plugins.lock.json'));
        const collected = await kiln(['gc']);
        writeFileSync(place.path('kiln-plugins.lock.json'), lock);
        expect(collected, collected.stdout + collected.stderr).toMatchObject({ code: 0 });
        expect(things().filter((name) => name.startsWith('permit'))).toEqual([]);
        // A box stays when it was kept: it is the result then.
        expect(things()).toHaveLength(hasKept() ? 1 : 0);
      }
      expect(crashes).toBeGreaterThan(5);
    },
    240_000,
  );
});
