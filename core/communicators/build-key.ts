import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeKeyPair, type SshKeyPair, type SshKeyType } from './ssh/login/key-pair.ts';
import type { BuildRun } from '../contract/build-run.ts';
import { writeTemporaryFile } from '../run/scope/temporary-directory.ts';

/** A key pair that a build made for itself. Its files go with the scope that it was made in. */
export interface BuildKey extends SshKeyPair {
  /** Path of the private key, mode 0600. */
  readonly privateKeyFile: string;
  readonly publicKeyFile: string;
  /** The comment of the public key. */
  readonly name: string;
}

/** Which key pair `makeBuildKey` makes; `name` is the comment of the public key. */
export interface BuildKeyOptions {
  readonly type: SshKeyType;
  /** 0: the most that is usual for the type. */
  readonly bits?: number | undefined;
  readonly name: string;
}

/** Makes a key pair, and keeps the private key out of all output. Throws `StepError` TEMPORARY_DIRECTORY. */
export async function makeBuildKey({ type, bits = 0, name }: BuildKeyOptions, build: BuildRun): Promise<BuildKey> {
  const pair = await makeKeyPair(type, bits, name);
  build.addSecret(pair.privateKey);
  const directory = await build.temporaryDirectory();
  const privateKeyFile = join(directory, 'key');
  const publicKeyFile = join(directory, 'key.pub');
  await writeTemporaryFile(privateKeyFile, pair.privateKey);
  await writeFile(publicKeyFile, `${pair.publicKey}\n`);
  return { ...pair, name, privateKeyFile, publicKeyFile };
}
