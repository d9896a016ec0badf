import type { CommunicatorOptions } from '../../../plugins/sdk/guest.ts';
import { makeBuildKey } from '../../../plugins/sdk/keys.ts';
import { needsKeyPair, noKeyPair, temporaryName, type KeyPair } from '../../_cloud/key-pair.ts';
import { makeOnce } from '../../_openstack/make-once.ts';
import { locatorOf, type OpenstackBuild } from '../../_openstack/openstack-build.ts';

/** Makes a key pair for the build, unless the template says how to log in. The private key is known to Kiln only. */
export async function makeKeyPair(config: CommunicatorOptions, openstack: OpenstackBuild): Promise<KeyPair> {
  const { build, cloud, kinds } = openstack;
  if (!needsKeyPair(config)) return { ...noKeyPair, name: config.ssh_keypair_name };
  const name = temporaryName(config, build);
  // What encrypts a password of Windows can only be RSA.
  const type = config.communicator === 'winrm' ? 'rsa' : config.temporary_key_pair_type;
  const pair = await makeBuildKey({ type, bits: config.temporary_key_pair_bits, name }, build);
  const { publicKey } = pair;
  const locator = locatorOf(cloud, { name, publicKey });
  await build.acquire(kinds.keyPair, {
    describe: `key pair ${name}`,
    locator,
    create: (token) =>
      kinds.keyPair.createUnlessRefused(token, async () => {
        const ask = async (): Promise<string> => {
          const request = { name, public_key: publicKey };
          return (await cloud.ask(({ compute }, call) => compute.keypairs.create(request, call))).name;
        };
        return { id: await makeOnce(kinds.keyPair, { token, locator, signal: build.signal }, ask), handle: undefined };
      }),
  });
  return { name, privateKey: pair.privateKey, privateKeyFile: pair.privateKeyFile };
}
