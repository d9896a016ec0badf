import { runBuilder, type RunningGuest } from '../../../clients/packer-plugin/index.ts';
import type { BuildData } from '../../../core/contract/build-run.ts';
import type { Builder } from '../../../core/contract/component.ts';
import { CommandError } from '../../../core/errors/errors.ts';
import { pluginGuest } from '../guest/plugin-guest.ts';
import { pluginUi } from '../plugin-ui.ts';
import { madeArtifact, type HeldArtifacts } from './artifact.ts';
import { commonParts, refusal, startConfigured, type Described } from './common.ts';

function buildData(data: RunningGuest['data']): BuildData {
  const known = Object.entries(data).filter(
    (entry): entry is [string, string | number] => typeof entry[1] === 'string' || typeof entry[1] === 'number',
  );
  return Object.fromEntries(known);
}

/** A builder of a plugin of Packer's, whose guest Kiln provisions. */
export function packerBuilder(described: Described, held: HeldArtifacts): Builder<object> {
  const { plugin, component } = described;
  return {
    ...commonParts(described),
    kind: 'builder',
    run: async (config, build) => {
      const { name: buildName, type: builderType, force, debugMode: debug, signal } = build;
      const log = (line: string): void => {
        build.debug(line);
      };
      const directory = await build.temporaryDirectory();
      const running = await startConfigured(
        described,
        config,
        { buildName, builderType, force, debug },
        { signal, log, directory },
      );
      let failed: unknown;
      const provision = async ({ communicator, data }: RunningGuest): Promise<void> => {
        try {
          const kind = typeof data['ConnType'] === 'string' ? data['ConnType'] : 'ssh';
          await build.provision(pluginGuest(communicator, kind), buildData(data));
        } catch (error) {
          failed = error;
          throw error;
        }
      };
      try {
        const work = runBuilder(running.connection, { ui: pluginUi(build), signal, provision });
        const artifact = await running.ask(work, refusal(described));
        if (artifact !== undefined) return held.keep(await madeArtifact(artifact), artifact, running);
        throw new CommandError(`the builder "${component.type}" of the Packer plugin ${plugin.name} has made nothing`, {
          code: 'PLUGIN_REFUSED',
        });
      } catch (error) {
        await running.end();
        // What went wrong in a provisioner is known here, and better than by the plugin's echo of it.
        throw failed ?? error;
      }
    },
    discard: (artifact) => held.discard(artifact),
  };
}
