import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Builder, PostProcessor, Provisioner } from '../../core/contract/component.ts';
import type { CommunicatorType } from '../../core/contract/communicator-type.ts';
import type { DataSource } from '../../core/contract/data-source.ts';
import type { Lookup } from '../../core/contract/lookup.ts';
import { isObject } from '../../core/json/guards.ts';
import { KilnError, UsageError } from '../../core/errors/errors.ts';
import { pluginKinds } from '../manifest/kinds.ts';
import type { Manifest, ManifestComponent } from '../manifest/manifest.ts';

export type AnyComponent =
  | Builder<object>
  | Provisioner<object>
  | PostProcessor<object>
  | DataSource<object>
  | CommunicatorType<object>
  | Lookup;

/** What a plugin could leave behind in everybody's objects. */
const shared: readonly object[] = [Object.prototype, Array.prototype, Function.prototype];

function ownKeys(): readonly ReadonlySet<PropertyKey>[] {
  return shared.map((each) => new Set(Reflect.ownKeys(each)));
}

/** Takes away what came to the shared prototypes; names of what that was. */
function takeBack(before: readonly ReadonlySet<PropertyKey>[]): readonly string[] {
  return shared.flatMap((each, index) => {
    const added = Reflect.ownKeys(each).filter((key) => before[index]?.has(key) === false);
    for (const key of added) Reflect.deleteProperty(each, key);
    return added.map(String);
  });
}

export function broken(name: string, version: string, why: string, hint: string, cause?: unknown): UsageError {
  return new UsageError(`the plugin ${name} ${version} cannot be used: ${why}`, { code: 'PLUGIN_BROKEN', hint, cause });
}

async function imported(path: string): Promise<unknown> {
  const [{ answerSdkImports }, { importModule }] = await Promise.all([
    import('./sdk-modules.ts'),
    import('./import-module.ts'),
  ]);
  await answerSdkImports();
  return importModule(pathToFileURL(path).href);
}

/**
 * Imports the module of a component. Throws `UsageError` PLUGIN_BROKEN, which names the plugin and what to do, when it throws,
 * exports no such component, or changes the objects that all code shares.
 */
export async function loadComponent(
  { name, version }: Manifest,
  { kind, type, module = '' }: ManifestComponent,
  folder: string,
  remedy: string,
): Promise<AnyComponent> {
  const of = pluginKinds[kind];
  const { exported, word } = of;
  const before = ownKeys();
  let found: unknown;
  try {
    found = ((await imported(join(folder, module))) as Readonly<Record<string, unknown>>)[exported];
  } catch (error) {
    if (error instanceof KilnError) throw error;
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw broken(name, version, `${module} cannot be loaded (${why})`, remedy, error);
  } finally {
    const added = takeBack(before);
    if (added.length > 0) {
      const what = added.map((each) => JSON.stringify(each)).join(', ');
      throw broken(name, version, `${module} adds ${what} to an object that all code shares`, remedy);
    }
  }
  if (isObject(found) && of.isOne(found, type)) return found as unknown as AnyComponent;
  throw broken(name, version, `${module} exports no "${exported}" made by the SDK, for the ${word} "${type}"`, remedy);
}
