import type { BuildKey } from '../../../plugins/sdk/keys.ts';
import type { BuildRun, Communicator } from '../../../plugins/sdk/index.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import type { Machine } from '../machine/machine.ts';
import { connect } from './connect.ts';

/**
 * Connects to a machine that runs the template's kernel. When that ends instead, or starts the machine anew, as
 * installers do, the machine is started from its disk, and that is connected to. Throws what `connect` throws.
 */
export async function connectInstalled(
  config: QemuBuilderConfig,
  first: Machine,
  key: BuildKey | undefined,
  startFromDisk: () => Promise<Machine>,
  build: BuildRun,
): Promise<{ readonly machine: Machine; readonly guest: Communicator }> {
  if (config.communicator === 'none') {
    return { machine: first, guest: await build.step('connect', () => connect(config, first, key, build)) };
  }
  first.expectEnd();
  const ended = new AbortController();
  void first.exited.then(() => ended.abort());
  try {
    const guest = await build.step('connect', () => connect(config, first, key, build, ended.signal));
    first.expectEnd(false);
    // QEMU was started so that a reboot ends it.
    await first.qmp.execute('set-action', { reboot: 'reset' });
    return { machine: first, guest };
  } catch (error) {
    if (!ended.signal.aborted || build.signal.aborted || first.failed.aborted) throw error;
  }
  build.say('the installation has ended; the machine is started from its disk');
  await first.stop();
  const machine = await startFromDisk();
  return { machine, guest: await build.step('connect', () => connect(config, machine, key, build)) };
}
