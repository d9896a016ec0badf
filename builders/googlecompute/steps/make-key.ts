import { makeBuildKey } from '../../../plugins/sdk/keys.ts';
import type { BuildRun } from '../../../plugins/sdk/index.ts';
import { needsKeyPair, noKeyPair, temporaryName, type KeyPair } from '../../_cloud/key-pair.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';

/** Makes a key pair for the build, unless the template says how to log in. The private key is known to Kiln only. */
export async function makeKey(config: GooglecomputeBuilderConfig, build: BuildRun): Promise<KeyPair> {
  if (!needsKeyPair(config)) return noKeyPair;
  const name = temporaryName(config, build);
  const { temporary_key_pair_type: type, temporary_key_pair_bits: bits } = config;
  const { privateKey, privateKeyFile } = await makeBuildKey({ type, bits, name }, build);
  return { name, privateKey, privateKeyFile };
}
