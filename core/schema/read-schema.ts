import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ComponentSchema } from '../contract/component.ts';
import type { JsonObject } from '../contract/json.ts';
import { composeSchema, type SchemaParts } from './compose.ts';
import { ownMixins } from './own-mixins.ts';
import { isList, isObject } from '../json/guards.ts';

async function readObject(path: string): Promise<JsonObject> {
  const value = JSON.parse(await readFile(path, 'utf8')) as JsonObject;
  if (isObject(value)) return value;
  throw new Error(`${path}: a schema has to be an object`);
}

function mixinNames(schema: JsonObject, path: string): readonly string[] {
  const names = schema['x-mixin'] ?? [];
  if (isList(names) && names.every((name) => typeof name === 'string')) return names;
  throw new Error(`${path}: x-mixin has to be a list of names`);
}

async function mixinParts(name: string, from: string, chain: readonly string[]): Promise<SchemaParts> {
  const isFile = name.startsWith('./') || name.startsWith('../');
  const own = isFile ? undefined : ownMixins[name];
  const path = isFile ? resolve(dirname(from), name) : own?.path;
  if (path === undefined) {
    const known = Object.keys(ownMixins).join(' and ');
    throw new Error(`${from}: no mixin ${JSON.stringify(name)}; Kiln has ${known}, another one is named by ./ or ../`);
  }
  if (chain.includes(path)) throw new Error(`${from}: the mixin ${JSON.stringify(name)} names itself`);
  try {
    return await schemaParts((await own?.load()) ?? (await readObject(path)), path, chain);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(`${from}: no mixin ${JSON.stringify(name)}: there is no file ${path}`, { cause: error });
  }
}

/**
 * A schema that stands at `path`, and the groups of options that it names: a relative path leads from the schema that
 * names it, `kiln/…` to one of Kiln's own. Throws when a group is not there, or is within itself.
 */
export async function schemaParts(
  schema: JsonObject,
  path: string,
  within: readonly string[] = [],
): Promise<SchemaParts> {
  const chain = [...within, path];
  const names = mixinNames(schema, path);
  return { schema, path, mixins: await Promise.all(names.map(async (name) => mixinParts(name, path, chain))) };
}

/**
 * Reads a component's schema.json and merges the groups of options that its `x-mixin` names: by a path relative to the
 * file (`"./mixins/access.schema.json"`), or Kiln's own (`"kiln/communicator"`, `"kiln/shell-local"`). Throws when a
 * file is missing or no JSON object, when Kiln has no group of that name, and when two of them declare the same option.
 */
export async function readSchema(file: string | URL): Promise<ComponentSchema> {
  const path = resolve(typeof file === 'string' ? file : fileURLToPath(file));
  return composeSchema(await schemaParts(await readObject(path), path));
}
