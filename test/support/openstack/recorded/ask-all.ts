import { askCompute } from './ask-compute.ts';
import { askIdentity } from './ask-identity.ts';
import { askImage } from './ask-image.ts';
import { askNetwork } from './ask-network.ts';
import { recorder, type AskedCloud, type Recorded } from './cloud.ts';

/** Asks a cloud about everything, well and badly, and takes away what it has made. */
export async function askAll(cloud: AskedCloud): Promise<readonly Recorded[]> {
  const recording = recorder();
  const { ask } = recording;
  const { token, urls } = await askIdentity(cloud, ask);
  recording.token = token;
  const { image = '', network = '', compute = '' } = urls;
  await askImage(cloud, ask, image);
  const places = await askNetwork(cloud, ask, network);
  await askCompute(cloud, ask, compute, image, places);
  await ask('neutron port of a server that has gone', 'GET', `${network}/v2.0/ports/${places.port}`);
  await ask('neutron delete port', 'DELETE', `${network}/v2.0/ports/${places.port}`);
  await ask('neutron delete group', 'DELETE', `${network}/v2.0/security-groups/${places.group}`);
  await ask('neutron delete group again', 'DELETE', `${network}/v2.0/security-groups/${places.group}`);
  return recording.answers;
}
