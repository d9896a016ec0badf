import type { Artifact } from '../../../core/contract/artifact.ts';
import type { BuildData, BuildRun } from '../../../core/contract/build-run.ts';
import type { Communicator } from '../../../core/contract/communicator.ts';
import type { PostProcessRun, ProvisionRun } from '../../../core/contract/component.ts';
import type { JsonObject } from '../../../core/contract/json.ts';
import type { Facts, Guest, RunContext } from '../protocol/messages.gen.ts';

function factsOf(data: BuildData): Facts {
  const known = Object.entries(data).filter((entry): entry is [string, string | number] => entry[1] !== undefined);
  return Object.fromEntries(known);
}

function guestOf({ kind, terminal, system, address }: Communicator): Guest {
  return {
    kind,
    terminal,
    ...(system === undefined ? {} : { system }),
    ...(address === undefined ? {} : { address }),
  };
}

type Context = JsonObject & RunContext;

function asJson(context: RunContext): Context {
  return context as Context;
}

/** What a builder is told of its build. */
export function buildContext(build: BuildRun): Context {
  const { name, type, runId, force, debugMode, cacheDirectory, ask, source } = build;
  return asJson({
    buildName: name,
    builderType: type,
    runId,
    force,
    debugMode,
    canAsk: ask !== undefined,
    cacheDirectory,
    ...(source === undefined ? {} : { source }),
  });
}

/** What a provisioner is told. */
export function provisionContext(run: ProvisionRun): Context {
  const { buildName, builderType, runId, debugMode, ask, environment, data, communicator } = run;
  const about = { buildName, builderType, runId, debugMode, canAsk: ask !== undefined };
  return asJson({ ...about, environment, data: factsOf(data), guest: guestOf(communicator) });
}

/** What a post-processor is told. */
export function postProcessContext(run: PostProcessRun): Context {
  const { buildName, builderType, runId, force, debugMode, ask, cacheDirectory, environment, data } = run;
  const about = { buildName, builderType, runId, force, debugMode, canAsk: ask !== undefined, cacheDirectory };
  return asJson({ ...about, environment, data: factsOf(data) });
}

/** An artifact as a message holds it. */
export function artifactAsJson(artifact: Artifact): JsonObject {
  return artifact as unknown as JsonObject;
}
