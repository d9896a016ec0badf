import { ownTags, type Tags } from '../../../plugins/sdk/cloud.ts';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommunicatorOptions } from '../../../plugins/sdk/guest.ts';
import { locatorOf, type AmazonBuild } from '../amazon-build.ts';
import { amazonCode } from '../api/failure.ts';
import { tagged } from '../tags.ts';
import { needsPassword, type KeyPair } from './key-pair.ts';

const none: KeyPair = { name: undefined, privateKey: undefined, privateKeyFile: undefined };

/** Makes a key pair for the build, unless the template says how to log in. */
export async function makeKeyPair(config: CommunicatorOptions, tags: Tags, amazon: AmazonBuild): Promise<KeyPair> {
  const { build, cloud, kinds } = amazon;
  if ((config.ssh_keypair_name ?? '') !== '') return { ...none, name: config.ssh_keypair_name };
  const given = [config.ssh_password, config.ssh_private_key_file].some((value) => (value ?? '') !== '');
  const needed = config.communicator === 'ssh' ? !given && !config.ssh_agent_auth : needsPassword(config);
  if (!needed) return none;
  const KeyName = config.temporary_key_pair_name ?? `packer_${build.runId}_${crypto.randomUUID().slice(0, 8)}`;
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
  const privateKeyFile = join(await build.temporaryDirectory(), 'key');
  await writeFile(privateKeyFile, privateKey.endsWith('\n') ? privateKey : `${privateKey}\n`, { mode: 0o600 });
  return { name: KeyName, privateKey, privateKeyFile };
}
