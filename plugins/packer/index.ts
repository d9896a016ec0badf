import { configSpec } from '../../clients/packer-plugin/index.ts';
import type { ComponentEntry, ComponentSchema } from '../../core/contract/component.ts';
import type { ComponentRegistry } from '../../core/contract/component-registry.ts';
import { CommandError } from '../../core/errors/errors.ts';
import { heldArtifacts } from './components/artifact.ts';
import { packerBuilder } from './components/builder.ts';
import { refusal, type Described } from './components/common.ts';
import { packerPostProcessor } from './components/post-processor.ts';
import { packerProvisioner } from './components/provisioner.ts';
import { checksumFault, findBinaries, type PluginBinary } from './find/binaries.ts';
import { describePlugin } from './find/describe.ts';
import { keepKnown, readKnown, type KnownPlugin } from './find/known.ts';
import { startComponent } from './host.ts';
import { passingDirectory } from './passing-directory.ts';
import { optionSchema } from './option-schema.ts';
import type { PackerComponent, PackerKind, PackerPlugin } from './plugin-binary.ts';

/** Where plugins are looked for, and what is learnt of them kept. */
export interface PackerPluginPlaces {
  readonly environment: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
  readonly cacheDirectory: string;
}

/** Components that a template names. */
export type WantedComponents = readonly { readonly kind: PackerKind; readonly type: string }[];

const SERVICES = { builder: 'Builder', provisioner: 'Provisioner', 'post-processor': 'PostProcessor' } as const;

/** A plugin's component is called as the plugin is, or as the plugin, a dash, and the rest. */
function mayHave(binary: PluginBinary, kind: PackerKind, type: string): boolean {
  const { name, single } = binary;
  return single === undefined ? type === name || type.startsWith(`${name}-`) : single === kind && name === type;
}

async function knownPlugin(binary: PluginBinary, cache: string): Promise<KnownPlugin> {
  const known = readKnown(cache, binary.path);
  if (known !== undefined) return known;
  const fault = await checksumFault(binary);
  if (fault !== undefined) {
    throw new CommandError(`the Packer plugin ${binary.path} is not started: ${fault}`, {
      code: 'PLUGIN_CHANGED',
      hint: 'install it again by "packer plugins install"',
    });
  }
  const plugin = await describePlugin(binary, new AbortController().signal);
  const learnt = { plugin, schemas: {} };
  keepKnown(cache, learnt);
  return learnt;
}

async function schemaOf(described: Described, cache: string): Promise<ComponentSchema> {
  const { plugin, component } = described;
  const key = `${component.kind} ${component.type}`;
  const known = readKnown(cache, plugin.path) ?? { plugin, schemas: {} };
  const kept = known.schemas[key];
  if (kept !== undefined) return kept;
  await using directory = await passingDirectory();
  const running = await startComponent(plugin, component, {
    signal: new AbortController().signal,
    log: () => undefined,
    directory: directory.path,
  });
  try {
    const asked = configSpec(running.connection, SERVICES[component.kind], component.encoding);
    const schema = optionSchema(component.type, plugin.name, await running.ask(asked, refusal(described)));
    keepKnown(cache, { plugin, schemas: { ...known.schemas, [key]: schema } });
    return schema;
  } finally {
    await running.end();
  }
}

interface Found {
  readonly plugin: PackerPlugin;
  readonly component: PackerComponent;
}

async function findComponent(
  binaries: readonly PluginBinary[],
  kind: PackerKind,
  type: string,
  cache: string,
): Promise<Found | undefined> {
  for (const binary of binaries.filter((each) => mayHave(each, kind, type))) {
    const { plugin } = await knownPlugin(binary, cache);
    const component = plugin.components.find((each) => each.kind === kind && each.type === type);
    if (component !== undefined) return { plugin, component };
  }
  return undefined;
}

type Entry = ComponentEntry<never>;

function entryOf(found: Found, make: (described: Described) => unknown, cache: string): Entry {
  const { plugin } = found;
  return {
    plugin: {
      name: plugin.name,
      version: plugin.version ?? plugin.path,
      remedy: `see whether ${plugin.path} runs by Packer`,
    },
    schema: () => schemaOf(found, cache),
    load: () => Promise.resolve(make(found) as never),
  };
}

/** The entry of a component whose plugin cannot be used: whoever names it is told why. */
function faultyEntry(binary: string, error: unknown): Entry {
  const fail = (): Promise<never> => Promise.reject(error instanceof Error ? error : new Error(String(error)));
  return { plugin: { name: binary, version: '', remedy: 'install it again' }, schema: fail, load: fail };
}

/**
 * The components that Kiln has and, of those that a template wants and Kiln does not have, what is found in Packer's plugin
 * folders. A plugin that was asked once is not started again to be asked what it has.
 */
export async function withPackerPlugins(
  components: ComponentRegistry,
  wanted: WantedComponents,
  { environment, workingDirectory, cacheDirectory: cache }: PackerPluginPlaces,
): Promise<ComponentRegistry> {
  const tables = {
    builder: components.builders,
    provisioner: components.provisioners,
    'post-processor': components.postProcessors,
  };
  const missing = wanted.filter(({ kind, type }) => !Object.hasOwn(tables[kind], type));
  if (missing.length === 0) return components;
  const binaries = findBinaries(environment, workingDirectory);
  const held = heldArtifacts();
  const makers = {
    builder: (described: Described) => packerBuilder(described, held),
    provisioner: packerProvisioner,
    'post-processor': (described: Described) => packerPostProcessor(described, held),
  };
  const found = {
    builder: new Map<string, Entry>(),
    provisioner: new Map<string, Entry>(),
    'post-processor': new Map<string, Entry>(),
  };
  for (const { kind, type } of missing) {
    if (found[kind].has(type)) continue;
    try {
      const component = await findComponent(binaries, kind, type, cache);
      if (component !== undefined) found[kind].set(type, entryOf(component, makers[kind], cache));
    } catch (error) {
      found[kind].set(type, faultyEntry(type, error));
    }
  }
  return {
    ...components,
    builders: { ...components.builders, ...Object.fromEntries(found.builder) },
    provisioners: { ...components.provisioners, ...Object.fromEntries(found.provisioner) },
    postProcessors: { ...components.postProcessors, ...Object.fromEntries(found['post-processor']) },
  };
}
