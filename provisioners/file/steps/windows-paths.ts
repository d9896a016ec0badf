import { CommandError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { guestLost, pathFinder, type FoundPath } from '../../../plugins/sdk/guest.ts';

/** What a path or a pattern stands for in a Windows guest; nothing when there is none. Throws `CommandError`. */
export async function windowsPaths(
  path: string,
  { communicator, signal }: Pick<ProvisionRun, 'communicator' | 'signal'>,
): Promise<readonly FoundPath[]> {
  const lines: string[] = [];
  const { exitStatus, disconnected, outputTail } = await communicator.exec(pathFinder.command(path), {
    signal,
    onLine: (stream, line) => {
      if (stream === 'stdout') lines.push(line.trim());
    },
  });
  if (disconnected) throw guestLost();
  const found = pathFinder.read(lines);
  if (found !== undefined && exitStatus === 0) return found;
  throw new CommandError(`${path} cannot be looked for in the guest`, {
    code: 'FILE_SOURCE_UNREADABLE',
    outputTail,
    ...(exitStatus === undefined ? {} : { exitStatus }),
  });
}
