import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeSchema, type SchemaParts } from '../schema/compose.ts';
import { schemaParts } from '../schema/read-schema.ts';
import type { JsonObject } from '../contract/json.ts';
import type { ComponentKind } from '../contract/component.ts';

export const root: string = join(import.meta.dirname, '..', '..');

export const kindFolders: Readonly<Record<ComponentKind, string>> = {
  builder: 'builders',
  provisioner: 'provisioners',
  'post-processor': 'post-processors',
  'data-source': 'data-sources',
};

/** A component as the tree has it: `folder` is relative to the root, `schema` has its mixins merged in. */
export interface ComponentFolder {
  readonly kind: ComponentKind;
  readonly type: string;
  readonly folder: string;
  readonly schema: JsonObject;
  readonly parts: SchemaParts;
}

async function partsAt(path: string): Promise<SchemaParts> {
  return schemaParts(JSON.parse(readFileSync(path, 'utf8')) as JsonObject, path);
}

async function componentsOf(kind: ComponentKind): Promise<readonly ComponentFolder[]> {
  const parent = kindFolders[kind];
  const types = readdirSync(join(root, parent)).filter(
    (type) => !type.startsWith('_') && existsSync(join(root, parent, type, 'schema.json')),
  );
  return Promise.all(
    types.sort().map(async (type) => {
      const folder = join(parent, type);
      const parts = await partsAt(join(root, folder, 'schema.json'));
      return { kind, type, folder, schema: composeSchema(parts), parts };
    }),
  );
}

const components = (await Promise.all((Object.keys(kindFolders) as ComponentKind[]).map(componentsOf))).flat();

/** All component folders, sorted by kind and type; a folder whose name starts with "_" is a family's, not a component. */
export function componentFolders(): readonly ComponentFolder[] {
  return components;
}

/** All groups of options that schemas name by `x-mixin`, sorted by their paths. */
export async function mixinFiles(): Promise<readonly SchemaParts[]> {
  const folders = ['core', ...Object.values(kindFolders)];
  const files = folders.flatMap((folder) => globSync(`${folder}/**/*.schema.json`, { cwd: root }));
  return Promise.all(files.sort().map(async (file) => partsAt(join(root, file))));
}
