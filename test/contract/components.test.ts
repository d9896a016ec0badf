import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { componentFolders, kindFolders, root } from '../../core/dev/components.ts';
import type { ComponentEntry, ComponentKind } from '../../core/contract/component.ts';
import type { JsonObject } from '../../core/contract/json.ts';
import { ajvOptions, compileWithAjv, vocabulary } from '../../core/schema/compile-with-ajv.ts';
import { builtin } from '../../plugins/builtin.ts';

const registry: Readonly<Record<ComponentKind, Readonly<Record<string, ComponentEntry<unknown>>>>> = {
  builder: builtin.builders,
  provisioner: builtin.provisioners,
  'post-processor': builtin.postProcessors,
};

function exampleTexts(): string {
  const folder = join(root, 'examples');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
}

function everyOption(schema: JsonObject, path = ''): readonly (readonly [string, JsonObject])[] {
  return Object.entries((schema['properties'] ?? {}) as JsonObject).flatMap(([name, property]) => {
    const option = property as JsonObject;
    const items = (option['items'] ?? {}) as JsonObject;
    return [
      [`${path}/${name}`, option] as const,
      ...everyOption(option, `${path}/${name}`),
      ...everyOption(items, `${path}/${name}/*`),
    ];
  });
}

describe.each(Object.entries(kindFolders))('%s', (kind, parent) => {
  const entries = registry[kind as ComponentKind];

  it('is registered for every folder, and has a folder for every registration, in sorted order', () => {
    const folders = readdirSync(join(root, parent)).filter((name) => !name.startsWith('_'));
    expect(Object.keys(entries)).toEqual(folders.sort());
  });
});

describe.each(componentFolders().map((component) => [`${component.kind} ${component.type}`, component] as const))(
  '%s',
  (_name, component) => {
    const entry = registry[component.kind][component.type];

    it('has a README with its option table, a config type and tests', () => {
      const missing = ['README.md', 'config.gen.ts', 'index.ts'].filter(
        (file) => !existsSync(join(root, component.folder, file)),
      );
      expect(missing).toEqual([]);
      expect(readFileSync(join(root, component.folder, 'README.md'), 'utf8')).toContain('<!-- options:start -->');
      expect(existsSync(join(root, 'test/unit', component.folder)), `test/unit/${component.folder}`).toBe(true);
    });

    it('is in the list of the main README', () => {
      expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(`[${component.type}](${component.folder}/)`);
    });

    it('is used by an example', () => {
      expect(exampleTexts()).toContain(`"type": "${component.type}"`);
    });

    it('loads its schema by the registry as the tree has it', async () => {
      expect(await entry?.schema()).toEqual(component.schema);
    });

    it('says of every option that is rendered late which data it has then', () => {
      const silent = everyOption(component.schema).filter(
        ([, option]) => (option['x-interpolate'] === 'late') !== Array.isArray(option['x-fields']),
      );
      expect(silent.map(([path]) => path)).toEqual([]);
    });

    it('has a valid draft-07 schema in which every option is described', () => {
      const ajv = new Ajv({ ...ajvOptions, validateSchema: true });
      for (const keyword of vocabulary) ajv.addKeyword(keyword);
      expect(ajv.validateSchema(component.schema)).toBe(true);
      expect(() => compileWithAjv(component.schema)).not.toThrow();
      const undescribed = everyOption(component.schema).filter(
        ([, option]) => typeof option['description'] !== 'string',
      );
      expect(undescribed.map(([path]) => path)).toEqual([]);
    });

    it('has unique resource kinds that start with its type', async () => {
      const module = (await entry?.load()) as { readonly resources: readonly { readonly kind: string }[] };
      const kinds = module.resources.map(({ kind }) => kind);
      expect(new Set(kinds).size).toBe(kinds.length);
      for (const kind of kinds) expect(kind).toMatch(new RegExp(`^${component.type}:`));
    });
  },
);
