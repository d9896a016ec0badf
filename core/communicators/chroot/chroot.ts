import { finished } from 'node:stream/promises';
import { CommandError, TimeoutError } from '../../errors/errors.ts';
import { searchPath } from '../../process/find-program.ts';
import { runProgram } from '../../process/program.ts';
import { keepTail } from '../../process/tail.ts';
import { shellWord } from '../../scripts/quote.ts';
import type { Communicator, ExecOptions, ExecResult } from '../../contract/communicator.ts';
import { downloadFile } from '../transfer/download-file.ts';
import { runGuestScript, type RunScript } from '../transfer/guest-script.ts';
import { downloadTree, uploadTree } from '../transfer/trees.ts';
import { uploadFile } from '../transfer/upload-file.ts';

/** Which tree of files is worked in, and how commands come to run in it. */
export interface ChrootOptions {
  /** The directory that commands take for "/"; it has /bin/sh. */
  readonly root: string;
  /** What makes a command of this machine's shell one that may call chroot: puts sudo before it, say. */
  readonly wrap: (command: string) => string;
  /** For what could not be copied. */
  readonly warn: (text: string) => void;
}

const EVERY_STATUS = Array.from({ length: 256 }, (_, status) => status);

async function exec({ root, wrap }: ChrootOptions, command: string, options: ExecOptions): Promise<ExecResult> {
  const { signal, stdin, onLine, stdout, stderr, timeout } = options;
  const tail = keepTail();
  const broken = new AbortController();
  const written =
    stdout === undefined
      ? undefined
      : finished(stdout, { readable: false }).catch((error: unknown) => broken.abort(error));
  // The shell stays, so that a signal that ends the command is told as a status.
  const line = `${wrap(`chroot ${shellWord(root)} /bin/sh -c ${shellWord(command)}`)}; exit $?`;
  try {
    const { exitStatus } = await runProgram('/bin/sh', ['-c', line], {
      signal: AbortSignal.any([signal, broken.signal]),
      // What this machine's temporary files are kept in need not be there; chroot itself is a program of root.
      env: { TMPDIR: '/tmp', PATH: searchPath() },
      forGuest: true,
      acceptExitStatus: EVERY_STATUS,
      onLine: (stream, text) => {
        tail.push(`${text}\n`);
        if (stream === 'stderr') stderr?.write(`${text}\n`);
        onLine?.(stream, text);
      },
      ...(stdin === undefined ? {} : { stdin }),
      ...(stdout === undefined ? {} : { stdoutTo: stdout }),
      ...(timeout === undefined ? {} : { timeout }),
    });
    await written;
    if (broken.signal.aborted) throw broken.signal.reason;
    return { exitStatus, disconnected: false, outputTail: tail.text() };
  } catch (error) {
    stdout?.destroy();
    if (broken.signal.aborted) throw broken.signal.reason;
    if (error instanceof TimeoutError) {
      const message = `a command in the guest did not end within ${(timeout ?? 0) / 1000} s`;
      throw new TimeoutError(message, { code: 'COMMUNICATOR_TIMEOUT' });
    }
    if (!(error instanceof CommandError) || error.code !== 'PROGRAM_FAILED') throw error;
    return { exitStatus: undefined, signalName: 'unknown', disconnected: false, outputTail: tail.text() };
  }
}

/** See `openChroot`. */
export function chrootCommunicator(options: ChrootOptions): Communicator {
  const run: RunScript = (script, request) =>
    runGuestScript((command, given) => exec(options, command, given), script, request);
  const files = { run, lacking: `there is no /bin/sh in ${options.root}` };
  const trees = { run, lacking: `there is no tar in ${options.root}` };
  const warn = (text: string): void => options.warn(text);
  return {
    kind: 'chroot',
    address: undefined,
    terminal: false,
    exec: (command, given) => exec(options, command, given),
    upload: (source, destination, given) => uploadFile(files, source, destination, given),
    download: (source, destination, given) => downloadFile(files, source, destination, given),
    uploadTree: (directory, destination, given) => uploadTree(trees, { directory, destination }, warn, given),
    downloadTree: (directory, destination, given) => downloadTree(trees, { directory, destination }, warn, given),
    // Nothing restarts.
    reconnect: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
