import type { Component, ComponentKind, PrepareContext } from '../../../core/contract/component.ts';
import type { Artifact } from '../../../core/contract/artifact.ts';
import type { JsonObject, JsonValue } from '../../../core/contract/json.ts';
import type { ReleaseContext, ResourceKind } from '../../../core/contract/resource.ts';
import type { Diagnostic } from '../../../core/diagnostics/diagnostic.ts';
import type { ProcessComponent } from '../../manifest/process-component.ts';
import type { Plugin } from '../host/plugin.ts';
import type { PrepareResult } from '../protocol/messages.gen.ts';

const PREPARE_MILLISECONDS = 60_000;

/** A component of a plugin, as it is asked for. */
export interface Described {
  readonly plugin: Plugin;
  readonly type: string;
  readonly manifest: ProcessComponent;
}

function madeAtOf({ madeAt }: ReleaseContext): JsonObject {
  return madeAt === undefined ? {} : { madeAt };
}

/** A kind of outside things, whose `find` and `release` start the plugin's process when it is not there. */
function resourceKind({ plugin, type }: Described, what: string): ResourceKind<JsonValue> {
  const kind = `${type}:${what}`;
  return {
    kind,
    release: async (id, locator, context) => {
      const params = { resource: kind, id, locator, ...madeAtOf(context) };
      await plugin.ask('release', params, { signal: context.signal, what: `give back a ${kind}` });
    },
    find: async (token, locator, context) => {
      const params = { resource: kind, token, locator, ...madeAtOf(context) };
      const { ids } = await plugin.ask('find', params, { signal: context.signal, what: `look for a ${kind}` });
      return ids as readonly JsonValue[];
    },
  };
}

/** The kinds of a component's things by their names in the manifest. */
export function kindsOf(described: Described): ReadonlyMap<string, ResourceKind<JsonValue>> {
  return new Map(described.manifest.resources.map((what) => [what, resourceKind(described, what)]));
}

/** What the plugin says of a configuration; `build` is what it may know of the build, where there is one. */
export async function prepareInPlugin(
  { plugin, type }: Described,
  kind: ComponentKind,
  config: JsonObject,
  build: JsonObject,
  signal: AbortSignal,
): Promise<readonly Diagnostic[]> {
  const params = { kind, type, config, ...build };
  const result = await plugin.ask('prepare', params, {
    signal,
    what: `check the options of "${type}"`,
    timeout: PREPARE_MILLISECONDS,
  });
  return (result as unknown as PrepareResult).diagnostics;
}

/** What all kinds of components have in common. */
export function commonParts(
  described: Described,
  kind: ComponentKind,
  kinds: ReadonlyMap<string, ResourceKind<JsonValue>>,
): Omit<Component<object>, 'examine'> {
  const { programs, prepare } = described.manifest;
  return {
    prepare: () => [],
    ...(prepare
      ? {
          prepareElsewhere: (config: object, context: PrepareContext, signal: AbortSignal) => {
            const { buildName, builderType, force, from } = context;
            const build = { buildName, builderType, force, ...(from === undefined ? {} : { from }) };
            return prepareInPlugin(described, kind, config as JsonObject, build, signal);
          },
        }
      : {}),
    programs,
    needs: () => programs.filter(({ optional }) => optional !== true),
    resources: [...kinds.values()],
  };
}

/** Gives up an artifact, where the manifest says that the plugin does it. */
export function discardPart(
  { plugin, type, manifest }: Described,
  kind: ComponentKind,
): {
  readonly discard?: (artifact: Artifact, context: ReleaseContext) => Promise<void>;
} {
  if (!manifest.discard) return {};
  return {
    discard: async (artifact, { signal }) => {
      const params = { kind, type, artifact: artifact as unknown as JsonObject };
      await plugin.ask('discard', params, { signal, what: `give up an artifact of "${type}"` });
    },
  };
}
