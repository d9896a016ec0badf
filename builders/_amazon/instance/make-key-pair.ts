import { ownTags, type Tags } from '../../../plugins/sdk/cloud.ts';
import type { CommunicatorOptions } from '../../../plugins/sdk/guest.ts';
import { needsKeyPair, noKeyPair, temporaryName, writePrivateKey, type KeyPair } from '../../_cloud/key-pair.ts';
import { locatorOf, type AmazonBuild } from '../amazon-build.ts';
import { amazonCode } from '../api/failure.ts';
import { tagged } from '../tags.ts';

/** Makes a key pair for the build, unless the template says how to log in. */
export async function makeKeyPair(config: CommunicatorOptions, tags: Tags, amazon: AmazonBuild): Promise<KeyPair> {
  const { build, cloud, kinds } = amazon;
  if (!needsKeyPair(config)) return { ...noKeyPair, name: config.ssh_keypair_name };
  const KeyName = temporaryName(config, build);
  const KeyType = config.temporary_key_pair_type === 'rsa' || config.communicator === 'winrm' ? 'rsa' : 'ed25519';
  const { handle: privateKey } = await build.acquire(kinds.keyPair, {
    describe: `key pair ${KeyName} in ${cloud.region}`,
    locator: locatorOf(cloud),
    create: (token) =>
      kinds.keyPair.createUnlessRefused(token, async () => {
        const own = tagged({ 'key-pair': { ...tags, ...ownTags(build, token) } });
        const create = () => cloud.ec2('CreateKeyPair', { KeyName, KeyType, TagSpecifications: own });
        const made = await create().catch(async (error: unknown) => {
          if (amazonCode(error) !== 'InvalidKeyPair.Duplicate') throw error;
          // Of one whose reply was lost nobody has the private key.
          const [lost] = await kinds.keyPair.find(token, locatorOf(cloud), {
            signal: build.signal,
            say: () => undefined,
          });
          if (lost === undefined) throw error;
          await cloud.ec2('DeleteKeyPair', { KeyPairId: lost });
          return create();
        });
        return { id: made.KeyPairId ?? '', handle: made.KeyMaterial ?? '' };
      }),
  });
  build.addSecret(privateKey);
  return { name: KeyName, privateKey, privateKeyFile: await writePrivateKey(privateKey, build) };
}
