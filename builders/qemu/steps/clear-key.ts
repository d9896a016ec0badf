import type { BuildKey } from '../../../plugins/sdk/keys.ts';
import type { BuildRun, Communicator } from '../../../plugins/sdk/index.ts';
import { clearKey } from '../../_shared/clear-key.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';

/** Takes the build's key out of the guest's authorized_keys files, when the template asks for it. */
export async function clearBuildKey(
  config: QemuBuilderConfig,
  guest: Communicator,
  key: BuildKey | undefined,
  build: BuildRun,
): Promise<void> {
  if (!config.ssh_clear_authorized_keys || key === undefined) return;
  const [, blob = ''] = key.publicKey.split(' ');
  await clearKey(['-F', blob], guest, build);
}
