import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { KilnError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import type { ServerOptions, SessionEnd, SessionRequest, SessionStreams } from './driver.ts';
import { guestCommand } from './guest-command.ts';

/** OpenSSH's own status for a connection that failed. */
const FAILED = 255;
const NOT_FOUND = 127;

async function forward(
  command: string,
  { terminal }: SessionRequest,
  { stdin, stdout, stderr, abandoned }: SessionStreams,
  { communicator, signal }: Pick<ProvisionRun, 'communicator' | 'signal'>,
): Promise<SessionEnd> {
  // The client's channel outlives the command: its end is told over it.
  const input = stdin.pipe(new PassThrough());
  const output = new PassThrough();
  const shown = pipeline(output, stdout, { end: false }).catch(() => undefined);
  const result = await communicator.exec(command, {
    signal: AbortSignal.any([signal, abandoned]),
    stdin: input,
    stdout: output,
    stderr,
    terminal,
  });
  if (result.disconnected) throw new Error('the connection to the guest ended');
  await shown;
  if (result.signalName !== undefined) return { signal: result.signalName };
  return { status: result.exitStatus ?? FAILED };
}

/**
 * Runs what SSH clients ask for in the guest, over the build's communicator. `failed` hears of what the communicator
 * could not do.
 */
export function sessionServer(
  run: Pick<ProvisionRun, 'communicator' | 'signal' | 'debug'>,
  sftpCommand: string | undefined,
  failed: (error: unknown) => void,
): ServerOptions['serve'] {
  return async (request, streams) => {
    const command = guestCommand(request, sftpCommand);
    if (command === undefined) {
      streams.stderr.write("Kiln's proxy does not have this subsystem\n");
      return { status: NOT_FOUND };
    }
    run.debug(`proxy: ${command}`);
    try {
      return await forward(command, request, streams, run);
    } catch (error) {
      if (!streams.abandoned.aborted) failed(error);
      const reason = error instanceof Error ? error.message : String(error);
      if (!streams.abandoned.aborted) streams.stderr.write(`${error instanceof KilnError ? '' : 'kiln: '}${reason}\n`);
      return { status: FAILED };
    }
  };
}
