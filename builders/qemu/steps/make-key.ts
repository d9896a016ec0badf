import { makeBuildKey, type BuildKey } from '../../../plugins/sdk/keys.ts';
import type { BuildRun } from '../../../plugins/sdk/index.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';

/** Makes a key pair for the build; undefined when the template says how to log in. */
export async function makeKey(config: QemuBuilderConfig, build: BuildRun): Promise<BuildKey | undefined> {
  const given = [config.ssh_password, config.ssh_private_key_file].some((value) => value !== undefined);
  if (config.communicator !== 'ssh' || given || config.ssh_agent_auth) return undefined;
  const name = config.temporary_key_pair_name ?? `packer_${build.runId}`;
  return makeBuildKey({ type: config.temporary_key_pair_type, bits: config.temporary_key_pair_bits, name }, build);
}
