import { StepError, type BuildRun, type Communicator } from '../../../plugins/sdk/index.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import type { BuildKey } from './make-key.ts';

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Takes the build's key out of the guest's authorized_keys files, when the template asks for it. */
export async function clearKey(
  config: QemuBuilderConfig,
  guest: Communicator,
  key: BuildKey | undefined,
  build: BuildRun,
): Promise<void> {
  if (!config.ssh_clear_authorized_keys || key === undefined) return;
  const [, blob = ''] = key.publicKey.split(' ');
  const remove = `f=$1; test -f "$f" || exit 0; grep -vF ${quoted(blob)} "$f" >"$f.kiln"; cat "$f.kiln" >"$f" && rm "$f.kiln"`;
  const command =
    `sh -c ${quoted(remove)} - "$HOME/.ssh/authorized_keys" && ` +
    `if [ "$(id -u)" != 0 ]; then sudo -n sh -c ${quoted(remove)} - /root/.ssh/authorized_keys || true; fi`;
  await build.step('clear keys', async () => {
    const { exitStatus, outputTail } = await guest.exec(command, { signal: build.signal });
    if (exitStatus === 0) return;
    throw new StepError(`the key of the build could not be taken out of the guest: ${outputTail.trim()}`, {
      code: 'SSH_KEY_NOT_CLEARED',
    });
  });
}
