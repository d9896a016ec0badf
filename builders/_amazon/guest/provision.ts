import { connectionData, type CommunicatorOptions } from '../../../plugins/sdk/guest.ts';
import { StepError, type BuildData, type RenderData } from '../../../plugins/sdk/index.ts';
import type { AmazonBuild } from '../amazon-build.ts';
import { reasonOfState, SPOT_HINT } from '../instance/instance-life.ts';
import type { RunOptions } from '../mixins/run.gen.ts';
import { describeInstance } from '../kinds/release.ts';
import { sshPublicKey } from './ssh-public-key.ts';
import { clearTemporaryKey } from './clear-key.ts';
import { connect } from './connect.ts';
import { getPassword } from './get-password.ts';
import { needsPassword } from '../instance/key-pair.ts';
import type { Launched } from '../instance/launch.ts';

/** Of the instance and its source; the connection's own data are the communicator's. */
function instanceData({ instance, key }: Launched, password: string | undefined, facts: RenderData): BuildData {
  const texts = Object.entries(facts).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return {
    ...Object.fromEntries(texts),
    ID: instance.InstanceId ?? '',
    ...(password === undefined ? {} : { WinRMPassword: password }),
    ...(key.privateKey === undefined
      ? {}
      : { SSHPrivateKey: key.privateKey, SSHPublicKey: sshPublicKey(key.privateKey, key.name ?? '') }),
  };
}

/** When AWS has taken the instance away, that is what went wrong, and not what a provisioner made of it. */
async function throwIfGone(id: string, { build, cloud }: AmazonBuild, cause: unknown): Promise<void> {
  if (build.signal.aborted) return;
  const instance = await describeInstance(cloud, id).catch(() => undefined);
  const state = instance?.State?.Name;
  if (instance === undefined || state === undefined || state === 'pending' || state === 'running') return;
  throw new StepError(`the instance ${id} is ${state}${reasonOfState(instance)}`, {
    code: 'AMAZON_INSTANCE_GONE',
    cause,
    ...(instance.StateReason?.Code?.includes('Spot') === true ? { hint: SPOT_HINT } : {}),
  });
}

/**
 * Connects to the guest and runs the provisioners. Throws `StepError` AMAZON_INSTANCE_GONE with AWS's reason when the
 * instance ends meanwhile.
 */
export async function provisionInstance(
  config: RunOptions & CommunicatorOptions,
  launched: Launched,
  facts: RenderData,
  amazon: AmazonBuild,
): Promise<void> {
  const { build } = amazon;
  const { instance, key } = launched;
  const password = needsPassword(config)
    ? await build.step('get password', () => getPassword(config, instance.InstanceId ?? '', key, amazon))
    : undefined;
  const guest = await build.step('connect', () => connect(config, instance, { key, password }, amazon));
  try {
    await build.provision(guest, { ...connectionData(guest), ...instanceData(launched, password, facts) });
    await clearTemporaryKey(config, guest, key, build);
  } catch (error) {
    await throwIfGone(instance.InstanceId ?? '', amazon, error);
    throw error;
  } finally {
    await guest.close();
  }
}
