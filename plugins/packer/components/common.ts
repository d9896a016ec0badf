import {
  configurePostProcessor,
  prepareBuilder,
  prepareProvisioner,
  type ComponentConnection,
} from '../../../clients/packer-plugin/index.ts';
import type { Component, PrepareContext } from '../../../core/contract/component.ts';
import type { Diagnostic } from '../../../core/diagnostics/diagnostic.ts';
import { errorAt, warningAt } from '../../../core/diagnostics/complain.ts';
import { CommandError } from '../../../core/errors/errors.ts';
import { configurations, type ToldOfBuild } from '../configurations.ts';
import { passingDirectory } from '../passing-directory.ts';
import { startComponent, type PluginHost, type RunningComponent } from '../host.ts';
import type { PackerComponent, PackerKind, PackerPlugin } from '../plugin-binary.ts';

/** A component of a plugin, as it is asked for. */
export interface Described {
  readonly plugin: PackerPlugin;
  readonly component: PackerComponent;
}

/** What a plugin answers in place of a result, as `CommandError` PLUGIN_REFUSED. */
export function refusal({ component }: Described): (message: string) => CommandError {
  return (message) =>
    new CommandError(`${component.kind} "${component.type}" of the Packer plugin failed: ${message.trim()}`, {
      code: 'PLUGIN_REFUSED',
    });
}

async function configure(
  connection: ComponentConnection,
  kind: PackerKind,
  configs: ReturnType<typeof configurations>,
): Promise<readonly string[]> {
  if (kind === 'builder') return (await prepareBuilder(connection, configs)).warnings;
  await (kind === 'provisioner' ? prepareProvisioner : configurePostProcessor)(connection, configs);
  return [];
}

/** Starts a component and gives it its configuration. Throws as `startComponent`, and PLUGIN_REFUSED. */
export async function startConfigured(
  described: Described,
  config: object,
  told: ToldOfBuild,
  host: PluginHost,
): Promise<RunningComponent> {
  const { plugin, component } = described;
  const running = await startComponent(plugin, component, host);
  try {
    const configs = configurations(config, told, component.kind === 'builder');
    await running.ask(configure(running.connection, component.kind, configs), refusal(described));
    return running;
  } catch (error) {
    await running.end();
    throw error;
  }
}

/** The complaints in a plugin's answer, which Go lists: "2 errors occurred:" and a line each that begins with "* ". */
function complaints(message: string): readonly string[] {
  const items = message.split(/^\s*\* /m).slice(1);
  return (items.length === 0 ? [message] : items).map((item) => item.trim().replace(/\s*\n\s*/g, ' '));
}

/** Where a complaint points: at the option that it names, of those that the template has. */
function pointerOf(complaint: string, config: object): string {
  const words = new Set(complaint.match(/\w+/g));
  const named = Object.keys(config).filter((option) => words.has(option));
  return named.length === 1 && named[0] !== undefined ? `/${named[0]}` : '';
}

async function checkInPlugin(
  described: Described,
  config: object,
  { buildName, builderType, force }: PrepareContext,
  signal: AbortSignal,
): Promise<readonly Diagnostic[]> {
  const { plugin, component } = described;
  await using directory = await passingDirectory();
  const running = await startComponent(plugin, component, { signal, log: () => undefined, directory: directory.path });
  try {
    const told = { buildName, builderType, force, debug: false };
    const configs = configurations(config, told, component.kind === 'builder');
    const warnings = await running.ask(
      configure(running.connection, component.kind, configs),
      (message) => new CommandError(message, { code: 'PLUGIN_REFUSED' }),
    );
    return warnings.map((warning) => warningAt('PLUGIN_WARNING', pointerOf(warning, config), warning.trim()));
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 'PLUGIN_REFUSED') throw error;
    return complaints(error.message).map((each) => errorAt('PLUGIN_REFUSED', pointerOf(each, config), each));
  } finally {
    await running.end();
  }
}

/** What all kinds of components have in common. What they make outside, they keep account of themselves. */
export function commonParts(described: Described): Omit<Component<object>, 'examine'> {
  return {
    prepare: () => [],
    prepareElsewhere: (config, context, signal) => checkInPlugin(described, config, context, signal),
    programs: [],
    needs: () => [],
    resources: [],
  };
}
