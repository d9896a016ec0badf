import { adoptedOrKept, readLocator } from '../../../plugins/sdk/cloud.ts';
import type { BakeCheckpoint } from '../../_cloud/bake-checkpoint.ts';
import type { KeyPair } from '../../_cloud/key-pair.ts';
import { HELD_HINT, lost } from '../../_cloud/lost.ts';
import { unlessGone } from '../../_openstack/api/failure.ts';
import type { OpenstackBuild } from '../../_openstack/openstack-build.ts';
import type { Launched, ServerNotes } from '../server/launched.ts';
import { describeServer, reasonOfState } from '../server/server-life.ts';

function notesIn({ about }: BakeCheckpoint): ServerNotes {
  const notes = readLocator(about);
  const text = (name: string): string | null => (notes.text(name) === '' ? null : notes.text(name));
  return { volume: text('volume'), address: text('address') };
}

/**
 * Takes over the server that an earlier process had started. Throws `StepError` RESUME_LOST when it is not there, or does
 * not run although provisioners are still to come. One whose volume becomes the image may be gone by then.
 */
export async function findServer(before: BakeCheckpoint, key: KeyPair, openstack: OpenstackBuild): Promise<Launched> {
  const { build, kinds } = openstack;
  const { stage, instance: id } = before;
  const about = notesIn(before);
  const server = await unlessGone(describeServer(id, openstack));
  const launched = { id, key, about, server, acquired: adoptedOrKept(kinds.server, id, build) };
  if (server === undefined) {
    if (stage === 'provisioned' && about.volume !== null) return launched;
    throw lost(`the server ${id} is not there any more`, HELD_HINT);
  }
  const { status } = server;
  if (status === 'ERROR' || status.endsWith('DELETED')) {
    throw lost(`the server ${id} is ${status}${reasonOfState(server)}`, HELD_HINT);
  }
  if (stage === 'provisioning' && status !== 'ACTIVE') {
    const hint = `start it and resume again: openstack server start ${id}`;
    throw lost(`the server ${id} is ${status}, and its provisioners are not through`, hint);
  }
  build.say(`the server ${id} is ${status}`);
  return launched;
}
