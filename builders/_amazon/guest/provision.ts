import { StepError, type Communicator, type RenderData } from '../../../plugins/sdk/index.ts';
import { provisionInstance } from '../../../plugins/sdk/cloud.ts';
import type { CommunicatorOptions } from '../../../plugins/sdk/guest.ts';
import { clearTemporaryKey } from '../../_cloud/clear-key.ts';
import { instanceData } from '../../_cloud/instance-data.ts';
import { needsPassword } from '../../_cloud/key-pair.ts';
import type { AmazonBuild } from '../amazon-build.ts';
import { reasonOfState, SPOT_HINT } from '../instance/instance-life.ts';
import type { RunOptions } from '../mixins/run.gen.ts';
import { describeInstance } from '../kinds/release.ts';
import { consoleTail, wayTo } from './connect.ts';
import { getPassword } from './get-password.ts';
import type { Launched } from '../instance/launch.ts';

/** Why the instance does not run any more; undefined while it does. */
async function whyGone(id: string, { cloud }: AmazonBuild, cause: unknown): Promise<StepError | undefined> {
  const instance = await describeInstance(cloud, id);
  const state = instance?.State?.Name;
  if (instance === undefined || state === undefined || state === 'pending' || state === 'running') return undefined;
  return new StepError(`the instance ${id} is ${state}${reasonOfState(instance)}`, {
    code: 'AMAZON_INSTANCE_GONE',
    cause,
    hint: instance.StateReason?.Code?.includes('Spot') === true ? SPOT_HINT : undefined,
  });
}

/**
 * Connects to the guest and runs the provisioners. Throws `StepError` AMAZON_INSTANCE_GONE with AWS's reason when the
 * instance ends meanwhile.
 */
export async function provisionGuest(
  config: RunOptions & CommunicatorOptions,
  launched: Launched,
  facts: RenderData,
  amazon: AmazonBuild,
): Promise<void> {
  const { build } = amazon;
  const { id, instance, key } = launched;
  const password = needsPassword(config)
    ? await build.step('get password', () => getPassword(config, id, key, amazon))
    : undefined;
  const { privateKey, privateKeyFile } = key;
  const access = {
    ...wayTo(config, instance, amazon),
    login: {
      ...(privateKey === undefined || privateKeyFile === undefined ? {} : { privateKey, privateKeyFile }),
      ...(password === undefined ? {} : { password }),
    },
    gone: (cause?: unknown) => whyGone(id, amazon, cause),
    consoleTail: () => consoleTail(id, amazon),
    data: instanceData(launched, facts, password),
    // EC2 writes the name of the key pair behind the key.
    afterwards: (guest: Communicator) => clearTemporaryKey(config, guest, key, build),
  };
  await provisionInstance(config, access, build);
}
