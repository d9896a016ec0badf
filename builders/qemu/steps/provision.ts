import { connectionData } from '../../../plugins/sdk/guest.ts';
import type { BuildKey } from '../../../plugins/sdk/keys.ts';
import type { BuildData, BuildRun, Communicator } from '../../../plugins/sdk/index.ts';
import { throwIfFailing, type Machine } from '../machine/machine.ts';
import type { GuestHttp } from './serve-http.ts';

function buildData(guest: Communicator, http: GuestHttp, key: BuildKey | undefined): BuildData {
  const { seenByGuest } = http;
  return {
    ...connectionData(guest),
    ...(key === undefined ? {} : { SSHPublicKey: key.publicKey, SSHPrivateKey: key.privateKey }),
    PackerHTTPIP: seenByGuest.ip,
    PackerHTTPPort: `${seenByGuest.port}`,
    PackerHTTPAddr: seenByGuest.ip === '' ? '' : `${seenByGuest.ip}:${seenByGuest.port}`,
  };
}

async function sayWhereToLook(machine: Machine, build: BuildRun): Promise<void> {
  const picture = await machine.picture();
  build.say(`the guest's console: ${machine.consoleFile}`);
  if (picture !== undefined) build.say(`picture of the guest's screen: ${picture}`);
}

/** Runs the provisioners. When the machine fails meanwhile, that is what is thrown, and not what followed from it. */
export async function provision(
  machine: Machine,
  guest: Communicator,
  context: { readonly http: GuestHttp; readonly key: BuildKey | undefined },
  build: BuildRun,
): Promise<void> {
  const hangUp = (): void => void guest.close();
  machine.failed.addEventListener('abort', hangUp, { once: true });
  try {
    await build.provision(guest, buildData(guest, context.http, context.key));
  } catch (error) {
    if (!build.signal.aborted) {
      await throwIfFailing(machine);
      await sayWhereToLook(machine, build);
    }
    throw error;
  } finally {
    machine.failed.removeEventListener('abort', hangUp);
  }
  machine.failed.throwIfAborted();
}
