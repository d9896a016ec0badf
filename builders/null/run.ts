import { connectSsh, noneCommunicator, sshOptionsFrom, type Artifact, type BuildRun } from '../../plugins/sdk/index.ts';
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
  if (config.communicator === 'none') {
    await build.checkpoint(null);
    await build.provision(noneCommunicator, { ConnType: 'none' });
    return artifact;
  }
  const options = sshOptionsFrom(config);
  const { host, port, username } = options.guest;
  const guest = await build.step('connect', () => connectSsh(options, build));
  try {
    await build.checkpoint(null);
    await build.provision(guest, { ConnType: 'ssh', Host: host, Port: port, User: username });
  } finally {
    await guest.close();
  }
  return artifact;
}
