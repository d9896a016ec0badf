import { shellWord } from '../../plugins/sdk/guest.ts';
import { StepError, type BuildRun, type Communicator } from '../../plugins/sdk/index.ts';

/**
 * Takes lines out of the guest's authorized_keys files: those that `grep` finds, given as its arguments. Throws
 * `StepError` SSH_KEY_NOT_CLEARED.
 */
export async function clearKey(
  grep: readonly string[],
  guest: Communicator,
  build: Pick<BuildRun, 'step' | 'signal'>,
): Promise<void> {
  const lines = grep.map(shellWord).join(' ');
  const remove = `f=$1; test -f "$f" || exit 0; grep -v ${lines} "$f" >"$f.kiln"; cat "$f.kiln" >"$f" && rm "$f.kiln"`;
  const command =
    `sh -c ${shellWord(remove)} - "$HOME/.ssh/authorized_keys" && ` +
    `if [ "$(id -u)" != 0 ]; then sudo -n sh -c ${shellWord(remove)} - /root/.ssh/authorized_keys || true; fi`;
  await build.step('clear keys', async () => {
    const { exitStatus, outputTail } = await guest.exec(command, { signal: build.signal });
    if (exitStatus === 0) return;
    throw new StepError(`the key of the build could not be taken out of the guest: ${outputTail.trim()}`, {
      code: 'SSH_KEY_NOT_CLEARED',
      pointer: '/ssh_clear_authorized_keys',
    });
  });
}
