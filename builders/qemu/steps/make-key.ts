import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeKeyPair, type SshKeyPair } from '../../../plugins/sdk/guest.ts';
import type { BuildRun } from '../../../plugins/sdk/index.ts';
import { writeTemporaryFile } from '../../../plugins/sdk/files.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';

export interface BuildKey extends SshKeyPair {
  /** Path of the private key, mode 0600. */
  readonly privateKeyFile: string;
  readonly publicKeyFile: string;
  /** The comment of the public key. */
  readonly name: string;
}

/** Makes a key pair for the build; undefined when the template says how to log in. */
export async function makeKey(config: QemuBuilderConfig, build: BuildRun): Promise<BuildKey | undefined> {
  const given = [config.ssh_password, config.ssh_private_key_file].some((value) => value !== undefined);
  if (config.communicator !== 'ssh' || given || config.ssh_agent_auth) return undefined;
  const name = config.temporary_key_pair_name ?? `packer_${build.runId}`;
  const pair = await makeKeyPair(config.temporary_key_pair_type, config.temporary_key_pair_bits ?? 0, name);
  build.addSecret(pair.privateKey);
  const directory = await build.temporaryDirectory();
  const privateKeyFile = join(directory, 'key');
  const publicKeyFile = join(directory, 'key.pub');
  await writeTemporaryFile(privateKeyFile, pair.privateKey);
  await writeFile(publicKeyFile, `${pair.publicKey}\n`);
  return { ...pair, name, privateKeyFile, publicKeyFile };
}
