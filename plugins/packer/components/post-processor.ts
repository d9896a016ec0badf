import { runPostProcessor, type PluginArtifact } from '../../../clients/packer-plugin/index.ts';
import type { Artifact } from '../../../core/contract/artifact.ts';
import type { PostProcessor } from '../../../core/contract/component.ts';
import { pluginUi } from '../plugin-ui.ts';
import { madeArtifact, type HeldArtifacts } from './artifact.ts';
import { commonParts, refusal, startConfigured, type Described } from './common.ts';

/** Kiln's artifact, in Packer's terms; what a post-processor may ask of it by name is in its properties. */
function inputFor({ builderId, files, id, description, properties }: Artifact): PluginArtifact {
  return { builderId, files, id, description, state: (name) => properties[name] ?? null };
}

/** A post-processor of a plugin of Packer's. */
export function packerPostProcessor(described: Described, held: HeldArtifacts): PostProcessor<object> {
  return {
    ...commonParts(described),
    kind: 'post-processor',
    postProcess: async (input, config, run) => {
      const { buildName, builderType, force, debugMode: debug, signal } = run;
      const log = (line: string): void => {
        run.debug(line);
      };
      const directory = await run.temporaryDirectory();
      const running = await startConfigured(
        described,
        config,
        { buildName, builderType, force, debug },
        { signal, log, directory },
      );
      try {
        const work = runPostProcessor(running.connection, inputFor(input), pluginUi(run), signal);
        const { artifact, keep, force: forced } = await running.ask(work, refusal(described));
        const fate = !keep ? 'discard' : forced ? 'contained' : 'keep';
        if (artifact !== undefined) {
          return { artifact: held.keep(await madeArtifact(artifact), artifact, running), input: fate };
        }
        await running.end();
        return { artifact: undefined, input: fate };
      } catch (error) {
        await running.end();
        throw error;
      }
    },
    discard: (artifact) => held.discard(artifact),
  };
}
