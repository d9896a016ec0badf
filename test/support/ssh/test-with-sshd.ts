import { test as base, type TestAPI } from 'vitest';
import type { SshConnectOptions } from '../../../core/communicators/ssh/options.ts';
import type { Communicator } from '../../../core/contract/communicator.ts';
import { logInTo } from './ssh-guest.ts';
import { startSshd, type TestSshd } from './sshd.ts';

interface Server {
  readonly sshd: TestSshd;
  /** A way into it as root, which the tests share. */
  readonly guest: Communicator;
}

export type TestWithSshd = TestAPI<Server & { readonly $__file?: Server }>;

/**
 * Tests that share one server: it starts for the first that asks for `sshd` or `guest`, and ends with the file. `login` is for
 * the guest; see `startSshd` for the others.
 */
export function testWithSshd(
  lines: readonly string[] = [],
  matches: readonly string[] = [],
  login: Partial<SshConnectOptions> = {},
): TestWithSshd {
  return base.extend<{ $file: Server }>({
    sshd: [
      async ({}, use) => {
        const sshd = await startSshd(lines, matches);
        await use(sshd);
        await sshd.stop();
      },
      { scope: 'file' },
    ],
    guest: [
      async ({ sshd }, use) => {
        const guest = await logInTo(sshd, login);
        await use(guest);
        await guest.close();
      },
      { scope: 'file' },
    ],
  }) as unknown as TestWithSshd;
}
