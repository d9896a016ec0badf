import { CommandError, StepError } from '../../plugins/sdk/index.ts';
import { runProgram, searchPath } from '../../plugins/sdk/host.ts';

/** Commands of the machine that Kiln runs on that need root. */
export interface Host {
  /** The command as `command_wrapper` has it. */
  readonly wrap: (command: string) => string;
}

export interface HostCommand {
  /** For errors: "mounting /dev/xvdf1". */
  readonly doing: string;
  readonly command: string;
  readonly signal: AbortSignal;
  readonly onLine?: (stream: 'stdout' | 'stderr', line: string) => void;
  readonly hint?: string;
}

/** The last line that is not indented: mount ends with advice. */
function lastLine(text: string): string {
  return text.split('\n').findLast((line) => /^\S/.test(line)) ?? '';
}

/** Runs a command as root. Throws `CommandError` AMAZON_CHROOT_COMMAND with the last line that it wrote. */
export async function runOnHost({ wrap }: Host, given: HostCommand): Promise<void> {
  const { doing, command, signal, onLine, hint } = given;
  try {
    const env = { PATH: searchPath() };
    await runProgram('/bin/sh', ['-c', wrap(command)], { signal, env, ...(onLine === undefined ? {} : { onLine }) });
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 'PROGRAM_FAILED') throw error;
    const { exitStatus, outputTail = '' } = error;
    const said = lastLine(outputTail);
    throw new CommandError(`${doing} failed${said === '' ? ` with status ${exitStatus ?? '?'}` : `: ${said}`}`, {
      code: 'AMAZON_CHROOT_COMMAND',
      outputTail,
      ...(exitStatus === undefined ? {} : { exitStatus }),
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

/** Root without a wrapper, as for what a killed Kiln has left. */
export const plainHost: Host = { wrap: (command) => (process.getuid?.() === 0 ? command : `sudo -n ${command}`) };

/** Throws `StepError` AMAZON_CHROOT_NEEDS_ROOT when nothing makes Kiln's commands root's, AMAZON_CHROOT_NEEDS_LINUX. */
export function checkPrivileges(
  wrapper: string,
  { platform, userId }: { readonly platform: string; readonly userId: number | undefined },
): void {
  if (platform !== 'linux') {
    const message = 'the amazon-chroot builder mounts file systems of Linux, and so needs Linux';
    throw new StepError(message, { code: 'AMAZON_CHROOT_NEEDS_LINUX' });
  }
  if (userId === 0 || wrapper.replaceAll(/\s/g, '') !== '{{.Command}}') return;
  throw new StepError('the amazon-chroot builder mounts and enters the volume, and so must run as root', {
    code: 'AMAZON_CHROOT_NEEDS_ROOT',
    pointer: '/command_wrapper',
    hint: 'run Kiln as root, or set "command_wrapper": "sudo {{.Command}}"',
  });
}
