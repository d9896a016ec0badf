import { StepError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { guestLost } from '../../../plugins/sdk/guest.ts';
import type { SaltSshProvisionerConfig } from '../config.gen.ts';

/** Whether Salt needs sudo in the guest, and whether that asks for a password. */
export type Sudo = 'none' | 'free' | 'asks';

const PROBE =
  'if [ "$(id -u)" = 0 ]; then echo root; elif sudo -n true 2>/dev/null; then echo free; else echo asks; fi';

/** Throws `StepError` SALT_SUDO when sudo asks for a password and there is none to give. */
export async function findSudo(
  { disable_sudo: disabled }: Pick<SaltSshProvisionerConfig, 'disable_sudo'>,
  { communicator, signal }: Pick<ProvisionRun, 'communicator' | 'signal'>,
): Promise<Sudo> {
  if (disabled) return 'none';
  const { outputTail, disconnected } = await communicator.exec(`exec sh -c '${PROBE}'`, { signal });
  if (disconnected) throw guestLost();
  const answer = outputTail.trim().split(/\s+/).at(-1);
  if (answer === 'root') return 'none';
  if (answer === 'free') return 'free';
  if ((communicator.address?.password ?? '') !== '') return 'asks';
  throw new StepError("the guest's sudo asks for a password, and Kiln logged in without one", {
    code: 'SALT_SUDO',
    pointer: '/disable_sudo',
    hint: 'let sudo ask for none (NOPASSWD in sudoers), log in as root, or set disable_sudo',
  });
}
