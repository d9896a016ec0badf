import { spawn } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Communicator, ExecOptions, ExecResult } from '../../../core/contract/communicator.ts';
import { lineSplitter } from '../../../core/process/lines.ts';
import { keepTail } from '../../../core/process/tail.ts';

export interface LocalGuest extends Communicator {
  /** What was executed, in order. */
  readonly commands: readonly string[];
}

export interface LocalGuestOptions {
  /** The login shell; default /bin/sh. */
  readonly shell?: string;
  readonly terminal?: boolean;
  /** How many bytes of standard input arrive before the connection breaks. */
  readonly cutAfter?: number;
}

/** Runs commands on this machine as a login shell would: for what does not depend on the transport. */
export function localGuest(options: LocalGuestOptions = {}): LocalGuest {
  const shell = options.shell ?? '/bin/sh';
  const commands: string[] = [];
  const exec = async (command: string, { stdin, onLine }: ExecOptions): Promise<ExecResult> => {
    commands.push(command);
    const child = spawn(shell, ['-c', command], { stdio: 'pipe', env: { ...process.env, SHELL: shell } });
    const tail = keepTail();
    for (const name of ['stdout', 'stderr'] as const) {
      const lines = lineSplitter((line) => onLine?.(name, line));
      child[name].on('data', (chunk: Buffer) => {
        lines.push(chunk);
        tail.push(chunk.toString());
      });
      child[name].on('end', () => lines.end());
    }
    const closed = new Promise<number | undefined>((resolve) =>
      child.once('close', (status) => resolve(status ?? undefined)),
    );
    const source = stdin instanceof Readable ? stdin : Readable.from(stdin === undefined ? [] : [stdin]);
    let [left, disconnected] = [options.cutAfter ?? Infinity, false];
    const sending = pipeline(
      source,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          yield chunk.subarray(0, left);
          disconnected = chunk.length > left;
          left -= chunk.length;
          if (disconnected) return;
        }
      },
      child.stdin,
    ).catch(() => undefined);
    const exitStatus = await closed;
    source.destroy();
    await sending;
    return { exitStatus: disconnected ? undefined : exitStatus, disconnected, outputTail: tail.text() };
  };
  return {
    kind: 'local',
    address: undefined,
    terminal: options.terminal ?? false,
    commands,
    exec,
    upload: (source, destination, { mode = 0o644 }) =>
      'path' in source ? copyFile(source.path, destination) : writeFile(destination, source.content, { mode }),
    uploadTree: (_directory, destination) => mkdir(destination, { recursive: true }).then(() => undefined),
    download: (source, destination) => copyFile(source, destination),
    downloadTree: (_directory, destination) => mkdir(destination, { recursive: true }).then(() => undefined),
    reconnect: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
