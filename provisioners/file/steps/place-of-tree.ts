import { posix } from 'node:path';
import type { ProvisionRun } from '../../../plugins/sdk/index.ts';
import { guestPath, runScript } from '../guest-script.ts';

/** Where a tree of this name goes; without a name it is what is in it that goes to the destination. */
export async function placeOfTree(
  destination: string,
  name: string | undefined,
  guest: Pick<ProvisionRun, 'communicator' | 'signal'>,
): Promise<string> {
  if (name === undefined) return destination;
  const { exitStatus } = await runScript('[ -d "$1" ]', [guestPath(destination)], guest);
  return exitStatus === 0 ? posix.join(destination, name) : destination;
}
