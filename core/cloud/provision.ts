import { connectionData } from '../communicators/connection-data.ts';
import type { CommunicatorOptions } from '../communicators/options.gen.ts';
import type { BuildData, BuildRun } from '../contract/build-run.ts';
import type { Communicator } from '../contract/communicator.ts';
import { connectToInstance, type InstanceAccess } from './connect.ts';

/** What `provisionInstance` needs to know of the instance besides how it is reached. */
export interface InstanceProvisioning extends Omit<InstanceAccess, 'gone'> {
  /**
   * As for `connectToInstance`; `cause` is what went wrong while the instance was provisioned, undefined while it is
   * only watched.
   */
  readonly gone: (cause?: unknown) => ReturnType<InstanceAccess['gone']>;
  /** What the provisioners may ask for besides the connection. */
  readonly data: BuildData;
  /** What is to be done in the guest when the provisioners are through. */
  readonly afterwards: (guest: Communicator) => Promise<void>;
}

/**
 * Connects to the guest of an instance and runs the provisioners in it. Throws the error of `gone` rather than what a
 * provisioner made of it when the instance ends meanwhile; else what `connectToInstance`, the provisioners and `afterwards`
 * throw.
 */
export async function provisionInstance(
  config: CommunicatorOptions,
  instance: InstanceProvisioning,
  build: BuildRun,
): Promise<void> {
  const access = { ...instance, gone: () => instance.gone() };
  const guest = await build.step('connect', () => connectToInstance(config, access, build));
  try {
    await build.provision(guest, { ...connectionData(guest), ...instance.data });
    await instance.afterwards(guest);
  } catch (error) {
    const gone = build.signal.aborted ? undefined : await instance.gone(error).catch(() => undefined);
    throw gone ?? error;
  } finally {
    await guest.close();
  }
}
