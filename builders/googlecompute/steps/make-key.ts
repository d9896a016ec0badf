import { makeBuildKey } from '../../../plugins/sdk/keys.ts';
import type { BuildRun } from '../../../plugins/sdk/index.ts';
import {
  needsKeyPair,
  needsPassword,
  noKeyPair,
  temporaryName,
  writePrivateKey,
  type KeyPair,
} from '../../_cloud/key-pair.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';
import { makeWindowsKey } from '../windows/windows-key.ts';

/** Makes a key pair for the build, unless the template says how to log in. The private key is known to Kiln only. */
export async function makeKey(config: GooglecomputeBuilderConfig, build: BuildRun): Promise<KeyPair> {
  if (!needsKeyPair(config)) return noKeyPair;
  const name = temporaryName(config, build);
  if (needsPassword(config)) {
    const privateKey = await makeWindowsKey();
    build.addSecret(privateKey);
    return { name, privateKey, privateKeyFile: await writePrivateKey(privateKey, build) };
  }
  const { temporary_key_pair_type: type, temporary_key_pair_bits: bits } = config;
  const { privateKey, privateKeyFile } = await makeBuildKey({ type, bits, name }, build);
  return { name, privateKey, privateKeyFile };
}
