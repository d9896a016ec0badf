import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { expandHome, writeTemporaryFile } from '../../../plugins/sdk/files.ts';
import { shellWord } from '../../../plugins/sdk/guest.ts';
import { runProgram } from '../../../plugins/sdk/host.ts';
import { signBy, type SigningMethod, type SigningRun } from '../signing.ts';

/** Options of SSH signatures. */
export interface SshOptions {
  readonly ssh_key_file: string;
  readonly ssh_namespace: string;
  readonly ssh_passphrase?: string;
}

/** The environment in which ssh-keygen gets the passphrase from a file of mode 0600. */
async function answering(passphrase: string | undefined, run: SigningRun): Promise<Readonly<Record<string, string>>> {
  if (passphrase === undefined) return {};
  const directory = await run.temporaryDirectory();
  const answer = join(directory, 'passphrase');
  const askPass = join(directory, 'ask-pass');
  await writeTemporaryFile(answer, `${passphrase}\n`);
  await writeTemporaryFile(askPass, `#!/bin/sh\nexec cat ${shellWord(answer)}\n`, 0o700);
  return { SSH_ASKPASS: askPass, SSH_ASKPASS_REQUIRE: 'force' };
}

/** Signatures as `ssh-keygen -Y sign` makes them, by a key file or, with a public key, by the agent. */
export function sshMethod(options: SshOptions): SigningMethod {
  const { ssh_key_file: key, ssh_namespace: namespace, ssh_passphrase: passphrase } = options;
  return {
    suffix: '.sig',
    sign: async (file, signature, run) => {
      const env = await answering(passphrase, run);
      const details = {
        pointer: '/ssh_key_file',
        hint: 'give ssh_passphrase for an encrypted key, or a public key that the SSH agent has (ssh-add -L)',
      };
      await signBy('ssh-keygen', file, details, () =>
        runProgram('ssh-keygen', ['-Y', 'sign', '-n', namespace, '-f', expandHome(key)], {
          signal: run.signal,
          env,
          stdin: createReadStream(file, { highWaterMark: 1 << 20 }),
          stdoutFile: signature,
        }),
      );
    },
  };
}
