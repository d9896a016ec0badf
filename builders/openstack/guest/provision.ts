import type { Server } from '../../../clients/openstack/index.ts';
import { provisionInstance } from '../../../plugins/sdk/cloud.ts';
import type { BuildRun, Communicator, RenderData } from '../../../plugins/sdk/index.ts';
import { clearTemporaryKey } from '../../_cloud/clear-key.ts';
import { instanceData } from '../../_cloud/instance-data.ts';
import { needsPassword } from '../../_cloud/key-pair.ts';
import { waitUntil } from '../../_openstack/api/wait.ts';
import type { OpenstackBuild } from '../../_openstack/openstack-build.ts';
import type { OpenstackBuilderConfig } from '../config.gen.ts';
import type { Launched } from '../server/launched.ts';
import { describeServer, whyGone } from '../server/server-life.ts';
import { addressOf } from './address.ts';
import { getPassword } from './get-password.ts';
import { consoleTail, offerServerConsole } from './offer-console.ts';

/** A server that runs has its addresses soon; one in a network that it is not in it never has. Milliseconds. */
const NAMED_LIMIT = 2 * 60_000;

/** Waits until the server has the address that is wanted. */
async function waitForAddress(
  config: OpenstackBuilderConfig,
  { id, server, about }: Launched,
  openstack: OpenstackBuild,
): Promise<string> {
  const addressIn = (now: Server): string | undefined => addressOf(now, about.address ?? undefined, config);
  const known = server === undefined ? undefined : addressIn(server);
  if (known !== undefined) return known;
  const look = async (): Promise<{ readonly done: string } | { readonly state: string }> => {
    const now = await describeServer(id, openstack);
    const address = addressIn(now);
    const pools = Object.keys(now.addresses).join(', ');
    return address === undefined ? { state: `in the networks: ${pools === '' ? 'none' : pools}` } : { done: address };
  };
  const { ssh_interface: name, instance_timeout: milliseconds } = config;
  const limit =
    name === undefined
      ? { milliseconds, option: 'instance_timeout' }
      : {
          milliseconds: Math.min(milliseconds, NAMED_LIMIT),
          option: 'ssh_interface',
          hint: 'ssh_interface is the name of one of the networks of the server',
        };
  return waitUntil({ thing: `the address of the server ${id}`, wanted: 'there', limit, look }, openstack.build);
}

/**
 * Connects to the guest and runs the provisioners. Throws `StepError` OPENSTACK_SERVER_GONE with Nova's fault when the
 * server ends meanwhile.
 */
export async function provisionGuest(
  config: OpenstackBuilderConfig,
  launched: Launched,
  facts: RenderData,
  openstack: OpenstackBuild,
): Promise<void> {
  const { build } = openstack;
  const { id, key } = launched;
  const password = needsPassword(config)
    ? await build.step('get password', () => getPassword(config, id, key, openstack))
    : undefined;
  const { privateKey, privateKeyFile } = key;
  const console = await offerServerConsole(id, openstack);
  try {
    await provisionInstance(
      config,
      {
        address: (watched: BuildRun) => waitForAddress(config, launched, { ...openstack, build: watched }),
        login: {
          ...(privateKey === undefined || privateKeyFile === undefined ? {} : { privateKey, privateKeyFile }),
          ...(password === undefined ? {} : { password }),
        },
        gone: (cause?: unknown) => whyGone(id, openstack, cause),
        consoleTail: () => consoleTail(id, openstack),
        data: instanceData(launched, facts, password),
        // The comment of the key is the name of the key pair.
        afterwards: (guest: Communicator) => clearTemporaryKey(config, guest, key, build),
      },
      build,
    );
  } finally {
    console.close();
  }
}
