import { CommandError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { guestLost } from '../../../plugins/sdk/guest.ts';

const COMMAND = 'cat /proc/sys/kernel/random/boot_id';
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ANSWER_MILLISECONDS = 30_000;

/**
 * What the guest's kernel calls its present boot. Throws `CommandError` REBOOT_NO_BOOT_ID when it has no word for it,
 * and what the communicator throws.
 */
export async function readBootId(
  { communicator, signal }: Pick<ProvisionRun, 'communicator' | 'signal'>,
  timeout: number = ANSWER_MILLISECONDS,
): Promise<string> {
  const { outputTail, disconnected } = await communicator.exec(COMMAND, { signal, timeout });
  if (disconnected) throw guestLost();
  const id = outputTail.trim();
  if (UUID.test(id)) return id;
  throw new CommandError('the guest does not say which boot it is in', {
    code: 'REBOOT_NO_BOOT_ID',
    guest: 'not-ready',
    outputTail,
    hint: 'the reboot provisioner is for Linux guests; others restart by "shell" with "expect_disconnect": true',
  });
}
