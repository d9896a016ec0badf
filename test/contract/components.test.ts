import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { componentFolders, kindFolders, root } from '../../core/dev/components.ts';
import type { ComponentEntry, ComponentKind } from '../../core/contract/component.ts';
import { builtin } from '../../plugins/builtin.ts';
import { defineProvisioner } from '../../plugins/sdk/index.ts';
import { conformance, type TestedComponent } from '../../plugins/sdk/testing.ts';

const registry: Readonly<
  Record<ComponentKind, Readonly<Record<string, ComponentEntry<TestedComponent['component']>>>>
> = {
  builder: builtin.builders,
  provisioner: builtin.provisioners,
  'post-processor': builtin.postProcessors,
  'data-source': builtin.dataSources,
};

function exampleTexts(): string {
  const folder = join(root, 'examples');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
}

/** Stands for a component of which only the names of the rules are asked. */
const nothing = defineProvisioner({ provision: (_: object) => Promise.resolve() });

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

    it.each(conformance({ ...component, component: nothing }).map(({ rule }) => rule))('%s', async (wanted) => {
      const module = await entry?.load();
      if (module === undefined) throw new Error('it is not registered');
      const rules = conformance({ type: component.type, schema: component.schema, component: module });
      await rules.find(({ rule }) => rule === wanted)?.check();
    });
  },
);
