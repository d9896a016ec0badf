import { builtin } from '../../plugins/builtin.ts';
import { checkRequired, installForTemplate } from '../../plugins/installed/check-required.ts';
import { installedPlugins, type Grants } from '../../plugins/installed/installed-plugin.ts';
import type { Lock } from '../../plugins/installed/lock.ts';
import { grantedAgain, lockPath, lockedAgain, readLock } from '../../plugins/installed/read-lock.ts';
import { withPlugins } from '../../plugins/installed/with-plugins.ts';
import type { ComponentEntry } from '../contract/component.ts';
import type { ComponentRegistry } from '../contract/component-registry.ts';
import type { JsonObject } from '../contract/json.ts';
import type { FindKind } from '../contract/resource.ts';
import { cacheDirectory } from '../directories/state-directory.ts';
import { pluginFailure } from '../plan/plugin-failure.ts';
import type { Plan } from '../plan/plan.ts';
import type { PlanOptions } from '../plan/plan-options.ts';
import type { RunListing } from '../run/journal/run-listing.ts';
import { readPlugins } from '../run/journal/run-plugins.ts';
import { resourceKinds } from '../run/recovery/resource-kinds.ts';
import { parseTemplate } from '../template/parse-template.ts';
import { templateSource } from '../template/read-template.ts';
import type { Template } from '../template/template.ts';
import { kilnVersion } from './kiln-version.ts';

/** Where plugins are kept is asked only when there are some: a user without a home directory needs none. */
function cacheFor(lock: Lock): string {
  return lock.plugins.size === 0 ? '' : cacheDirectory(process.env);
}

/** Kiln's components and those of the plugins that a lock file pins. */
export function componentsOf(lock: Lock, grants: Grants = new Map()): ComponentRegistry {
  return withPlugins(builtin, installedPlugins(lock, cacheFor(lock), grants), kilnVersion);
}

/** What a template grants to its plugins. */
function grantsOf({ requiredPlugins }: Template): Grants {
  return new Map(requiredPlugins.map(({ name, environment }) => [name, environment]));
}

/**
 * The components that a template may use: Kiln's and those of the plugins that the lock file beside it pins; and what is missing
 * of those that it requires. Throws `TemplateError` when the lock file is wrong.
 */
export async function templateComponents(
  template: Template,
): Promise<Pick<PlanOptions, 'components' | 'pluginFindings'>> {
  const { path } = template.source;
  const lock = readLock(lockPath(path));
  const checking = { lock, cache: cacheFor(lock), remedy: installForTemplate(path) };
  const components = await withPackerComponents(componentsOf(lock, grantsOf(template)), template);
  return { components, pluginFindings: await checkRequired(template.requiredPlugins, checking) };
}

/** What the template names and Kiln does not have may be in a plugin of Packer's; only then is one looked for. */
async function withPackerComponents(components: ComponentRegistry, template: Template): Promise<ComponentRegistry> {
  const { builders, provisioners, errorCleanupProvisioner: cleanup, postProcessors } = template;
  const all = [...provisioners, ...(cleanup === undefined ? [] : [cleanup])];
  const unknown = [
    ...builders.map(({ type }) => ({ kind: 'builder' as const, type, table: components.builders })),
    ...all.map(({ type }) => ({ kind: 'provisioner' as const, type, table: components.provisioners })),
    ...postProcessors
      .flat()
      .map(({ type }) => ({ kind: 'post-processor' as const, type, table: components.postProcessors })),
  ].filter(({ type, table }) => !Object.hasOwn(table, type));
  if (unknown.length === 0) return components;
  const { withPackerPlugins } = await import('../../plugins/packer/index.ts');
  const places = {
    environment: process.env,
    workingDirectory: process.cwd(),
    cacheDirectory: cacheDirectory(process.env),
  };
  return await withPackerPlugins(components, unknown, places);
}

/** What is written down of a run's plugins; undefined when it has none. */
export function pluginsOfTemplate({ templatePath, templateText }: Plan): JsonObject | undefined {
  const { path, plugins } = readLock(lockPath(templatePath));
  if (plugins.size === 0) return undefined;
  // What npm installs is of no use to who gives things back.
  const entries = [...plugins].map(([name, { packages: _packages, ...plugin }]) => [name, plugin] as const);
  const grants = Object.fromEntries(grantsOf(parseTemplate(templateSource(templatePath, templateText))));
  return { path, plugins: Object.fromEntries(entries) as unknown as JsonObject, grants };
}

/** The kinds of things that the components of a run make, also those of the plugins that it had. */
export async function kindsOfRun({ directory }: RunListing): Promise<FindKind> {
  const recorded = await readPlugins(directory);
  return resourceKinds(recorded === undefined ? builtin : componentsOf(lockedAgain(recorded), grantedAgain(recorded)));
}

/** Kiln's components and those of the plugins that the lock file in the working directory pins. */
export function componentsHere(): ComponentRegistry {
  return componentsOf(readLock(lockPath('-')));
}

/** Kiln's components and those of the plugins that the lock file at a path pins. */
export function componentsBeside(path: string): ComponentRegistry {
  return componentsOf(readLock(path));
}

/** The components whose schemas can be read; what is wrong with the others is said. */
export async function withSchemas(
  components: ComponentRegistry,
  complain: (why: string) => void,
): Promise<ComponentRegistry> {
  const usable = async <Module>(
    entries: Readonly<Record<string, ComponentEntry<Module>>>,
  ): Promise<Readonly<Record<string, ComponentEntry<Module>>>> => {
    const kept = await Promise.all(
      Object.entries(entries).map(async ([type, entry]) => {
        const { plugin } = entry;
        if (plugin === undefined) return [[type, entry] as const];
        try {
          const schema = await entry.schema();
          return [[type, { ...entry, schema: () => Promise.resolve(schema) }] as const];
        } catch (error) {
          const { message, hint } = pluginFailure(plugin, error);
          complain(`${message}; ${hint}`);
          return [];
        }
      }),
    );
    return Object.fromEntries(kept.flat());
  };
  return {
    ...components,
    builders: await usable(components.builders),
    provisioners: await usable(components.provisioners),
    postProcessors: await usable(components.postProcessors),
    dataSources: await usable(components.dataSources),
    communicators: await usable(components.communicators),
  };
}
