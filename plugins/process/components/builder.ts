import type { Artifact } from '../../../core/contract/artifact.ts';
import type { BuildRun } from '../../../core/contract/build-run.ts';
import type { Builder } from '../../../core/contract/component.ts';
import type { JsonObject, JsonValue } from '../../../core/contract/json.ts';
import { openRunCall } from '../calls/run-call.ts';
import { madeArtifact } from './made-artifact.ts';
import { buildContext } from './run-context.ts';
import { commonParts, discardPart, kindsOf, type Described } from './shared.ts';

/** A builder whose work a plugin's process does. */
export function processBuilder(described: Described): Builder<object> {
  const { plugin, type, manifest } = described;
  const kinds = kindsOf(described);
  const work = async (method: string, config: JsonObject, build: BuildRun, more: JsonObject): Promise<Artifact> => {
    const { signal, ask, force } = build;
    const call = openRunCall({
      ui: build,
      signal,
      acquire: (kind, acquisition) => build.acquire(kind, acquisition),
      temporaryDirectory: () => build.temporaryDirectory(),
      ask,
      force,
      config,
      kinds,
      inputs: build.source?.files ?? [],
      build,
    });
    const params = { run: call.handle, type, config, context: buildContext(build), ...more };
    const { artifact } = await plugin.ask(method, params, { signal, call, what: `end the build of "${type}"` });
    return madeArtifact(plugin.name, artifact);
  };
  return {
    ...commonParts(described, 'builder', kinds),
    kind: 'builder',
    factNames: manifest.factNames,
    run: (config, build) => work('build', config as JsonObject, build, {}),
    ...(manifest.resume
      ? {
          resume: (config: object, build: BuildRun, checkpoint: JsonValue) =>
            work('resume', config as JsonObject, build, { checkpoint }),
        }
      : {}),
    ...discardPart(described, 'builder'),
  };
}
