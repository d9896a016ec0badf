import { shellWord, StepError, type Communicator, type CommunicatorOptions } from '../../../plugins/sdk/index.ts';
import type { AmazonBuild } from '../amazon-build.ts';
import type { KeyPair } from './make-key-pair.ts';

/** Takes the temporary key out of the guest's authorized_keys files, when the template asks for it. */
export async function clearKey(
  config: CommunicatorOptions,
  guest: Communicator,
  key: KeyPair,
  { build }: AmazonBuild,
): Promise<void> {
  if (
    config.communicator !== 'ssh' ||
    !config.ssh_clear_authorized_keys ||
    key.privateKey === undefined ||
    key.name === undefined
  )
    return;
  // EC2 writes the name of the key pair behind the key.
  const remove = `f=$1; test -f "$f" || exit 0; grep -v ${shellWord(` ${key.name}$`)} "$f" >"$f.kiln"; cat "$f.kiln" >"$f" && rm "$f.kiln"`;
  const command =
    `sh -c ${shellWord(remove)} - "$HOME/.ssh/authorized_keys" && ` +
    `if [ "$(id -u)" != 0 ]; then sudo -n sh -c ${shellWord(remove)} - /root/.ssh/authorized_keys || true; fi`;
  await build.step('clear keys', async () => {
    const { exitStatus, outputTail } = await guest.exec(command, { signal: build.signal });
    if (exitStatus === 0) return;
    throw new StepError(`the key of the build could not be taken out of the guest: ${outputTail.trim()}`, {
      code: 'SSH_KEY_NOT_CLEARED',
    });
  });
}
