import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClientChannel } from 'ssh2';
import { throwIfCancelled } from '../../errors/cancelled.ts';
import { CommandError, TimeoutError } from '../../errors/errors.ts';
import { lineSplitter } from '../../process/lines.ts';
import { keepTail } from '../../process/tail.ts';
import type { ExecOptions, ExecResult } from '../communicator.ts';
import type { Login } from './log-in.ts';
import { openSession } from './open-session.ts';
import { signalCommand } from './signal-command.ts';

const TAIL_BYTES = 4096;
const GRACE_MILLISECONDS = 2000;
/** How long output is waited for after the end: a process left in the background may hold it open for ever. */
const DRAIN_MILLISECONDS = 2000;
const LONGEST_DRAIN_MILLISECONDS = 10_000;

export interface RunCommandOptions extends ExecOptions {
  readonly terminal: boolean;
  readonly forwardAgent: boolean;
  /** Gets standard output as it is, which then is in no line and not in the tail. */
  readonly onBytes?: (chunk: Buffer) => void;
}

interface End {
  exitStatus: number | undefined;
  signalName: string | undefined;
}

function send(channel: ClientChannel, options: RunCommandOptions): void {
  const { stdin } = options;
  if (stdin === undefined) {
    // A terminal has no end-of-file of its own: this character means it to whoever reads.
    channel.end(options.terminal ? '\u0004' : undefined);
    return;
  }
  if (!(stdin instanceof Readable)) {
    channel.end(stdin);
    return;
  }
  stdin.once('error', () => channel.close());
  stdin.pipe(channel);
}

/** Ends the command, first kindly; resolves when it has ended or nothing more can be done. */
async function stop(channel: ClientChannel, closed: Promise<unknown>): Promise<void> {
  signalCommand(channel, 'TERM');
  await Promise.race([closed, delay(GRACE_MILLISECONDS, undefined, { ref: false })]);
  signalCommand(channel, 'KILL');
  channel.close();
}

function collectOutput(channel: ClientChannel, options: RunCommandOptions): { tail(): string; lastByte(): number } {
  const { onLine, onBytes } = options;
  const tail = keepTail(TAIL_BYTES);
  let last = performance.now();
  const read = (stream: Readable, name: 'stdout' | 'stderr'): void => {
    const lines = onLine === undefined ? undefined : lineSplitter((line) => onLine(name, line));
    stream.on('data', (chunk: Buffer) => {
      last = performance.now();
      if (name === 'stdout' && onBytes !== undefined) {
        onBytes(chunk);
        return;
      }
      tail.push(chunk);
      lines?.push(chunk);
    });
    stream.once('end', () => lines?.end());
  };
  read(channel, 'stdout');
  read(channel.stderr, 'stderr');
  return { tail: () => tail.text(), lastByte: () => last };
}

/** After the command's end, waits for the rest of its output as long as some comes. */
async function drain(closed: Promise<unknown>, lastByte: () => number): Promise<void> {
  const start = performance.now();
  let isClosed = false;
  void closed.then(() => (isClosed = true));
  while (!isClosed) {
    await Promise.race([closed, delay(100, undefined, { ref: false })]);
    const now = performance.now();
    if (now - Math.max(start, lastByte()) > DRAIN_MILLISECONDS || now - start > LONGEST_DRAIN_MILLISECONDS) return;
  }
}

/**
 * Runs a command over a login. Throws what `openSession` throws, `TimeoutError` COMMUNICATOR_TIMEOUT and what
 * `throwIfCancelled` throws; in both of the latter cases the command was told to end.
 */
export async function runCommand(login: Login, command: string, options: RunCommandOptions): Promise<ExecResult> {
  throwIfCancelled(options.signal);
  const channel = await openSession(login, command, options);
  const limit = options.timeout === undefined ? undefined : AbortSignal.timeout(options.timeout);
  const signal = AbortSignal.any([options.signal, ...(limit === undefined ? [] : [limit])]);
  const end: End = { exitStatus: undefined, signalName: undefined };
  const output = collectOutput(channel, options);
  const exited = new Promise<void>((resolve) =>
    channel.once('exit', (status: number | null, name?: string) => {
      end.exitStatus = status ?? undefined;
      end.signalName = status === null ? name : undefined;
      resolve();
    }),
  );
  const closed = new Promise<void>((resolve) => channel.once('close', () => resolve()));
  const gone = login.ended.then(() => undefined);
  const aborted = new Promise<'aborted'>((resolve) => {
    if (signal.aborted) resolve('aborted');
    signal.addEventListener('abort', () => resolve('aborted'), { once: true });
  });
  channel.on('error', () => undefined);
  send(channel, options);

  const outcome = await Promise.race([exited, closed, gone, aborted]);
  if (outcome === 'aborted') {
    await stop(channel, Promise.race([closed, gone]));
    throwIfCancelled(options.signal);
    throw new TimeoutError(`a command in the guest did not end within ${(options.timeout ?? 0) / 1000} s`, {
      code: 'COMMUNICATOR_TIMEOUT',
    });
  }
  await drain(Promise.race([closed, gone.then(() => delay(50))]), output.lastByte);
  channel.close();
  if (options.stdin instanceof Readable) options.stdin.unpipe(channel);
  const { exitStatus, signalName } = end;
  return {
    exitStatus,
    disconnected: exitStatus === undefined && signalName === undefined,
    outputTail: output.tail(),
    ...(signalName === undefined ? {} : { signalName }),
  };
}

/** The error for a command of the communicator's own that did not get to its end. */
export function lostWhile(doing: string): CommandError {
  return new CommandError(`the connection was lost while ${doing}`, { code: 'COMMUNICATOR_LOST' });
}
