import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { composeSchema } from '../schema/compose.ts';
import type { JsonObject } from '../contract/json.ts';
import type { ComponentKind } from '../contract/component.ts';

export const root: string = join(import.meta.dirname, '..', '..');

export const kindFolders: Readonly<Record<ComponentKind, string>> = {
  builder: 'builders',
  provisioner: 'provisioners',
  'post-processor': 'post-processors',
};

/** A component as the tree has it: `folder` is relative to the root, `schema` has its mixins merged in. */
export interface ComponentFolder {
  readonly kind: ComponentKind;
  readonly type: string;
  readonly folder: string;
  readonly schema: JsonObject;
}

function readJson(path: string): JsonObject {
  return JSON.parse(readFileSync(path, 'utf8')) as JsonObject;
}

function readMixins(): Readonly<Record<string, JsonObject>> {
  const folder = join(root, 'core/schema/mixins');
  const suffix = '.schema.json';
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(suffix)) : [];
  return Object.fromEntries(files.map((file) => [file.slice(0, -suffix.length), readJson(join(folder, file))]));
}

/** All component folders, sorted by kind and type; a folder whose name starts with "_" is a family's, not a component. */
export function componentFolders(): readonly ComponentFolder[] {
  const mixins = readMixins();
  return Object.entries(kindFolders).flatMap(([kind, parent]) =>
    readdirSync(join(root, parent))
      .filter((type) => !type.startsWith('_') && existsSync(join(root, parent, type, 'schema.json')))
      .sort()
      .map((type) => {
        const folder = join(parent, type);
        const schema = composeSchema(readJson(join(root, folder, 'schema.json')), mixins);
        return { kind: kind as ComponentKind, type, folder, schema };
      }),
  );
}
