import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../../core/dev/components.ts';
import { packages, type Packages } from '../../support/kiln/packages.ts';
import { kilnIn } from '../kiln-place.ts';

const directory = mkdtempSync(join(tmpdir(), 'kiln-packages-'));
let packed: Packages;

function run(program: string, ...args: readonly string[]): { readonly status: number | null; readonly output: string } {
  const env = { ...kilnIn(directory), npm_config_offline: 'true', npm_config_cache: join(directory, 'npm') };
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: directory, env, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

function tool(name: string, ...args: readonly string[]): ReturnType<typeof run> {
  return run(process.execPath, join(root, 'node_modules', name), ...args);
}

beforeAll(async () => {
  packed = await packages();
  writeFileSync(join(directory, 'package.json'), '{ "private": true, "type": "module" }');
  const args = ['install', '--no-audit', '--no-fund', packed.kiln, packed.sdk];
  expect(run('npm', ...args)).toMatchObject({ status: 0 });
}, 300_000);

afterAll(() => rmSync(directory, { recursive: true }));

describe('the packages, installed in an empty folder without a server', () => {
  test('publint finds nothing', () => {
    for (const file of [packed.kiln, packed.sdk]) {
      const { status, output } = tool('publint/src/cli.js', '--strict', file);
      expect(output).toContain('All good');
      expect(status).toBe(0);
    }
  });

  test('attw finds nothing in the types', () => {
    expect(tool('@arethetypeswrong/cli/dist/index.js', packed.sdk, '--profile', 'esm-only')).toMatchObject({
      status: 0,
    });
  });

  test('kiln runs', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };
    const kiln = join(directory, 'node_modules/.bin/kiln');
    expect(run(kiln, 'version').output).toBe(`Kiln v${version}\n`);
    const template = {
      builders: [{ type: 'file', content: 'packed', target: 'made.txt' }],
      'post-processors': ['checksum'],
    };
    writeFileSync(join(directory, 'template.json'), JSON.stringify(template));
    expect(run(kiln, 'build', 'template.json')).toMatchObject({ status: 0 });
    expect(readFileSync(join(directory, 'made.txt'), 'utf8')).toBe('packed');
  });

  test('a Node.js that is too old is told so', () => {
    const cli = readFileSync(join(directory, 'node_modules/kiln/dist/cli.cjs'), 'utf8');
    const old = cli.replace('process.versions.node, 10)', '"22.1.0", 10)').replace(/^#!.*\n/, '');
    writeFileSync(join(directory, 'old.cjs'), old);
    const { status, output } = run(process.execPath, 'old.cjs');
    expect(output).toContain('Kiln needs Node.js 24 or newer');
    expect(status).toBe(1);
  });

  test('every entry point of the SDK loads, with types for the strictest compiler', () => {
    const { exports } = JSON.parse(readFileSync(join(root, 'plugins/sdk/package.json'), 'utf8')) as {
      readonly exports: Readonly<Record<string, string>>;
    };
    const names = Object.keys(exports).map((name) => name.replace(/^\./, 'kiln-sdk'));
    const lines = names.map((name, index) => `import * as m${index} from '${name}';`);
    const used = `console.log([${names.map((_, index) => `m${index}`).join()}].map((m) => Object.keys(m).length > 0).join());\n`;
    writeFileSync(join(directory, 'all.ts'), [...lines, used].join('\n'));
    expect(run(process.execPath, 'all.ts')).toEqual({ status: 0, output: `${names.map(() => 'true').join()}\n` });
    const options = { strict: true, module: 'nodenext', target: 'es2024', noEmit: true, skipLibCheck: false };
    const compilerOptions = {
      ...options,
      exactOptionalPropertyTypes: true,
      lib: ['es2024', 'esnext.disposable'],
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    };
    writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['all.ts'] }));
    expect(tool('typescript/bin/tsc')).toEqual({ status: 0, output: '' });
  });
});
