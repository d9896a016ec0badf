import { connectGuest, connectionData } from '../../plugins/sdk/guest.ts';
import type { Artifact, BuildRun } from '../../plugins/sdk/index.ts';
import type { NullBuilderConfig } from './config.gen.ts';

const artifact: Artifact = {
  builderId: 'fnoeding.null',
  id: 'Null',
  description: 'Did not export anything. This is the null builder',
  files: [],
  properties: {},
};

/** Also goes on with a build: the machine is not Kiln's, so that there is nothing to find again but the way in. */
export async function run(config: NullBuilderConfig, build: BuildRun): Promise<Artifact> {
  const connect = (): ReturnType<typeof connectGuest> => connectGuest(config, {}, build);
  const guest = await (config.communicator === 'none' ? connect() : build.step('connect', connect));
  try {
    await build.checkpoint(null);
    await build.provision(guest, { ...connectionData(guest), ID: artifact.id });
  } finally {
    await guest.close();
  }
  return artifact;
}
