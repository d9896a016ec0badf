import type { ProvisionRun } from '../../plugins/sdk/index.ts';
import type { RebootProvisionerConfig } from './config.gen.ts';
import { askRestart } from './steps/ask-restart.ts';
import { readBootId } from './steps/read-boot-id.ts';
import { awaitBoot } from './steps/await-boot.ts';
import { awaitCheck } from './steps/await-check.ts';

export async function provision(config: RebootProvisionerConfig, run: ProvisionRun): Promise<void> {
  const before = await readBootId(run);
  const deadline = performance.now() + config.reboot_timeout;
  run.say('restarting the guest');
  await askRestart(config.reboot_command, deadline, run);
  await awaitBoot(before, deadline, config.reboot_timeout, run);
  if (config.check_command !== undefined) {
    await awaitCheck(config.check_command, deadline, config.reboot_timeout, run);
  }
  run.say('the guest has booted anew');
}
