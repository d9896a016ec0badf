import type { PostProcessor } from '../../../core/contract/component.ts';
import type { JsonObject } from '../../../core/contract/json.ts';
import { openRunCall } from '../calls/run-call.ts';
import type { PostProcessResult } from '../protocol/messages.gen.ts';
import { madeArtifact } from './made-artifact.ts';
import { artifactAsJson, postProcessContext } from './run-context.ts';
import { commonParts, discardPart, kindsOf, type Described } from './shared.ts';

/** A post-processor whose work a plugin's process does. */
export function processPostProcessor(described: Described): PostProcessor<object> {
  const { plugin, type, manifest } = described;
  const kinds = kindsOf(described);
  return {
    ...commonParts(described, 'post-processor', kinds),
    kind: 'post-processor',
    independent: () => manifest.independent,
    postProcess: async (input, given, run) => {
      const config = given as JsonObject;
      const { signal, ask, force } = run;
      const call = openRunCall({
        ui: run,
        signal,
        acquire: (kind, acquisition) => run.acquire(kind, acquisition),
        temporaryDirectory: () => run.temporaryDirectory(),
        ask,
        force,
        config,
        kinds,
        inputs: input.files,
      });
      const context = postProcessContext(run);
      const params = { run: call.handle, type, config, context, input: artifactAsJson(input) };
      const result = await plugin.ask('postProcess', params, {
        signal,
        call,
        what: `end the post-processor "${type}"`,
      });
      const { artifact, input: fate } = result as unknown as PostProcessResult;
      if (artifact === 'input' || artifact === null) return { artifact: artifact ?? undefined, input: fate };
      return { artifact: await madeArtifact(plugin.name, artifact), input: fate };
    },
    ...discardPart(described, 'post-processor'),
  };
}
