import type { CommunicatorOptions } from '../../../plugins/sdk/guest.ts';
import type { JsonObject } from '../../../plugins/sdk/index.ts';
import type { AmazonBuild } from '../amazon-build.ts';
import { checkpointOf } from '../checkpoint.ts';
import type { RunOptions } from '../mixins/run.gen.ts';
import type { Launched } from '../instance/launch.ts';
import { provisionGuest } from './provision.ts';

/** Runs the provisioners, and writes down how far the build is before and after them. */
export async function changeGuest(
  config: RunOptions & CommunicatorOptions,
  launched: Launched,
  facts: JsonObject,
  amazon: AmazonBuild,
): Promise<void> {
  const { build } = amazon;
  await build.checkpoint(checkpointOf('provisioning', launched, facts));
  await provisionGuest(config, launched, facts, amazon);
  await build.checkpoint(checkpointOf('provisioned', launched, facts));
}
