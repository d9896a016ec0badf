import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { root } from '../../../core/dev/components.ts';
import { configSource } from '../../../core/schema/config-source.ts';
import { builtin } from '../../../plugins/builtin.ts';
import { withPlugins } from '../../../plugins/installed/with-plugins.ts';
import { pluginKinds, type PluginKindName } from '../../../plugins/manifest/kinds.ts';
import { readManifest } from '../../../plugins/manifest/read-manifest.ts';
import { checkType, kindFor, scaffold, scaffoldKinds, type ScaffoldKind } from '../../../plugins/new/scaffold.ts';
import { planTemplate } from '../../support/kiln/plan-template.ts';

const place = mkdtempSync(join(tmpdir(), 'kiln-new-'));
mkdirSync(join(place, 'node_modules'));
symlinkSync(realpathSync(join(root, 'node_modules/kiln-sdk')), join(place, 'node_modules/kiln-sdk'));
afterAll(() => rmSync(place, { recursive: true }));

function written(type: string, files: Readonly<Record<string, string>>): string {
  const folder = join(place, `kiln-plugin-${type}`);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const kinds = Object.keys(scaffoldKinds) as ScaffoldKind[];

describe.each(kinds)('a new plugin with a %s', (kind) => {
  const type = kind === 'lookup' ? 'my_lookup' : `my-${kind}`;
  const files = scaffold({ type, language: 'typescript', kind });
  const folder = written(type, files);

  it('passes its own tests, in a folder without anything but the SDK', () => {
    const { status, stdout } = spawnSync(process.execPath, ['--test'], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NODE_TEST_CONTEXT: undefined },
    });
    expect(stdout).toMatch(/fail 0\b/);
    expect(stdout).not.toMatch(/pass 0\b/);
    expect(status).toBe(0);
  });

  it('is a plugin that Kiln loads, with a template that is valid', async () => {
    const manifest = readManifest(folder);
    const components = { [scaffoldKinds[kind]]: [type] } as Partial<
      Readonly<Record<PluginKindName, readonly string[]>>
    >;
    const plugin = { ...manifest, folder, integrity: undefined, environment: [], remedy: 'mend it', components };
    const registry = withPlugins(builtin, [plugin], '0.1.0');
    const template = (files['template.json'] ?? '')
      .replaceAll('{{ template_dir }}', folder)
      .replaceAll('secrets.txt', join(folder, 'secrets.txt'));
    const { diagnostics } = await planTemplate(template, { options: { components: registry } });
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual(
      kind === 'provisioner' ? [expect.objectContaining({ code: 'SSH_AGENT_MISSING' })] : [],
    );
  });

  it('has nothing left of the example that it was made of', () => {
    for (const [path, text] of Object.entries(files))
      expect(text, path).not.toMatch(/\bexample\b|Example|EXAMPLE|SDK_V/);
  });
});

it('the types of the templates are in step with their schemas', () => {
  for (const kind of kinds.filter((each) => each !== 'lookup')) {
    const { 'schema.json': schema = '{}', 'config.gen.ts': types } = scaffold({
      type: 'x',
      language: 'typescript',
      kind,
    });
    expect(types).toBe(configSource('x', JSON.parse(schema) as object as never));
  }
});

it('a language begins with its own kind, and a type has the form of one', () => {
  expect(kindFor('go', undefined)).toBe('post-processor');
  expect(() => kindFor('sh', 'builder')).toThrow(/begins with a provisioner, not a builder/);
  expect(() => checkType('Bad', 'builder')).toThrow(/cannot be the type/);
  expect(() => checkType('my-lookup', 'lookup')).toThrow(/name of a function/);
  expect(Object.values(scaffoldKinds).every((kind) => kind in pluginKinds)).toBe(true);
});

it.each(['data-source/schema.json', 'data-source/index.ts', 'lookup/index.ts'])(
  'docs/plugins.md shows the template %s, word for word',
  (path) => {
    const text = readFileSync(join(root, 'plugins/new/templates/typescript', path), 'utf8');
    const language = path.endsWith('.ts') ? 'ts' : 'json';
    expect(readFileSync(join(root, 'docs/plugins.md'), 'utf8')).toContain(`\`\`\`${language}\n${text}\`\`\``);
  },
);

describe('the type of a configuration', () => {
  it.each([
    [{ type: 'integer', default: 1 }, 'readonly x: number;'],
    [{ type: 'string', enum: ['a', "b'c"] }, "readonly x?: 'a' | 'b\\'c';"],
    [{ type: 'array', items: { enum: ['a', 'b'] } }, "readonly x?: readonly ('a' | 'b')[];"],
    [{ type: 'object', additionalProperties: { type: 'string' } }, 'readonly x?: Readonly<Record<string, string>>;'],
    [{ type: 'string', 'x-format': 'duration', description: 'How long.' }, '/** How long. In milliseconds. */'],
    [{ type: 'object', properties: { y: { type: 'boolean' } } }, 'readonly x?: {\n    readonly y?: boolean;\n  };'],
  ])('of %j', (property, expected) => {
    expect(configSource('t', { properties: { x: property } })).toContain(expected);
  });
});
