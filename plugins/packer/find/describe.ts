import { CommandError } from '../../../core/errors/errors.ts';
import { isList, isObject } from '../../../core/json/guards.ts';
import { runProgram } from '../../../core/process/program.ts';
import type { PackerComponent, PackerKind, PackerPlugin } from '../plugin-binary.ts';
import type { PluginBinary } from './binaries.ts';

/** A component of this name is called as its plugin is. */
const DEFAULT_NAME = '-packer-default-plugin-name-';

const DESCRIBE_MILLISECONDS = 30_000;

const KINDS: readonly (readonly [key: string, kind: PackerKind])[] = [
  ['builders', 'builder'],
  ['provisioners', 'provisioner'],
  ['post_processors', 'post-processor'],
];

/**
 * What a program says that it has. Throws `CommandError` PLUGIN_START for one that does not answer as Packer's plugins do.
 */
export async function describePlugin(binary: PluginBinary, signal: AbortSignal): Promise<PackerPlugin> {
  const { path, name, single } = binary;
  if (single !== undefined) {
    return { name, version: undefined, path, components: [{ kind: single, type: name, args: [], encoding: 'gob' }] };
  }
  const { stdout } = await runProgram(path, ['describe'], { signal, timeout: DESCRIBE_MILLISECONDS });
  return readDescription(binary, stdout);
}

function readDescription({ path, name }: PluginBinary, text: string): PackerPlugin {
  let described: unknown;
  try {
    described = JSON.parse(text);
  } catch {
    described = undefined;
  }
  if (!isObject(described)) {
    throw new CommandError(
      `${path} does not say what it has, as plugins of Packer do when they are called with "describe"`,
      {
        code: 'PLUGIN_START',
        hint: 'is it a plugin for this machine, and as new as Packer 1.7? Others are named packer-builder-…, packer-provisioner-… or packer-post-processor-…',
        outputTail: text.slice(-4096),
      },
    );
  }
  const { version, protocol_version: protocol } = described;
  const isNew = protocol === 'v2';
  const components = KINDS.flatMap(([key, kind]): readonly PackerComponent[] => {
    const names = described[key];
    if (!isList(names)) return [];
    return names
      .filter((component) => typeof component === 'string')
      .map((component) => ({
        kind,
        type: component === DEFAULT_NAME ? name : `${name}-${component}`,
        args: ['start', kind, component, ...(isNew ? ['--protobuf'] : [])],
        encoding: isNew ? 'protobuf' : 'gob',
      }));
  });
  return { name, path, version: typeof version === 'string' ? version : undefined, components };
}
