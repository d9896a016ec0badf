import { runProvisioner } from '../../../clients/packer-plugin/index.ts';
import type { Provisioner } from '../../../core/contract/component.ts';
import { kilnGuest } from '../guest/kiln-guest.ts';
import { pluginUi } from '../plugin-ui.ts';
import { commonParts, refusal, startConfigured, type Described } from './common.ts';

/** A provisioner of a plugin of Packer's, in a guest of Kiln's. */
export function packerProvisioner(described: Described): Provisioner<object> {
  return {
    ...commonParts(described),
    kind: 'provisioner',
    inputFiles: () => [],
    provision: async (config, run) => {
      const { buildName, builderType, debugMode: debug, communicator, data, signal } = run;
      const told = { buildName, builderType, force: false, debug };
      const log = (line: string): void => {
        run.debug(line);
      };
      const directory = await run.temporaryDirectory();
      const running = await startConfigured(described, config, told, { signal, log, directory });
      try {
        const guest = kilnGuest({ communicator, signal, directory });
        const work = runProvisioner(running.connection, { ui: pluginUi(run), communicator: guest, data, signal });
        await running.ask(work, refusal(described));
      } finally {
        await running.end();
      }
    },
  };
}
