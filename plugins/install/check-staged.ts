import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ComponentRegistry } from '../../core/contract/component-registry.ts';
import { StepError, UsageError } from '../../core/errors/errors.ts';
import { compileWithAjv } from '../../core/schema/compile-with-ajv.ts';
import { readSchema } from '../../core/schema/read-schema.ts';
import { broken } from '../installed/load-component.ts';
import type { ComponentTypes, LockedPlugin } from '../installed/lock.ts';
import { pluginKindNames, pluginKinds } from '../manifest/kinds.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { readManifest } from '../manifest/read-manifest.ts';
import { checkSdkVersion } from '../manifest/sdk-support.ts';

const AUTHOR = 'it is the author who can mend that; an earlier version may do';

function checkLinks(folder: string, name: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    throw new StepError(`the plugin ${name} is not installed: ${path} is a link`, {
      code: 'PLUGIN_ARCHIVE',
      hint: AUTHOR,
    });
  }
}

async function checkSchemas({ name, version, components }: Manifest, folder: string): Promise<void> {
  for (const { type, schema, module } of components) {
    try {
      if (schema !== undefined) compileWithAjv(await readSchema(join(folder, schema)));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw broken(name, version, `the schema of "${type}" is wrong (${why})`, AUTHOR, error);
    }
    if (module !== undefined && lstatSync(join(folder, module), { throwIfNoEntry: false })?.isFile() !== true)
      throw broken(name, version, `it has no file ${module}, which is to be the module of "${type}"`, AUTHOR);
  }
}

/** What must not have a component of the same type. */
export interface Others {
  readonly builtin: ComponentRegistry;
  /** Those that the lock file pins already. */
  readonly plugins: ReadonlyMap<string, LockedPlugin>;
}

function checkConflicts({ name, version, components }: Manifest, { builtin, plugins }: Others): void {
  for (const { kind, type } of components) {
    const { registry, word } = pluginKinds[kind];
    const own = Object.hasOwn(builtin[registry], type) ? 'Kiln itself' : undefined;
    const other = [...plugins].find(
      ([each, locked]) => each !== name && locked.components[kind]?.includes(type) === true,
    );
    const owner = own ?? other?.[0];
    if (owner === undefined) continue;
    throw new UsageError(`the plugin ${name} ${version} has a ${word} "${type}", and so has ${owner}`, {
      code: 'PLUGIN_CONFLICT',
      hint: own === undefined ? `remove the other one first: kiln plugins remove ${owner}` : AUTHOR,
    });
  }
}

/** Types of a plugin's components, as the lock file has them. */
export function typesOf({ components }: Manifest): ComponentTypes {
  const entries = pluginKindNames.flatMap((kind) => {
    const types = components.filter((each) => each.kind === kind).map(({ type }) => type);
    return types.length === 0 ? [] : [[kind, types.sort()] as const];
  });
  return Object.fromEntries(entries);
}

/**
 * Reads and checks a plugin before it counts as installed: manifest, version of the SDK, schemas, modules, and that no other
 * has components of its types. Nothing of it runs. Throws `TemplateError`, and `KilnError` with one of the codes PLUGIN_….
 */
export async function checkPlugin(folder: string, others: Others, isLinked: boolean): Promise<Manifest> {
  const manifest = readManifest(folder);
  checkSdkVersion(manifest);
  if (!isLinked) checkLinks(folder, manifest.name);
  await checkSchemas(manifest, folder);
  checkConflicts(manifest, others);
  return manifest;
}
