import { Readable, type Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled } from '../../../errors/cancelled.ts';
import { TimeoutError } from '../../../errors/errors.ts';
import { isReadingHeld } from '../../../process/back-pressure.ts';
import { commandOutput } from '../../../process/command-output.ts';
import type { ExecOptions, ExecResult } from '../../../contract/communicator.ts';
import { isGone, type CommandChannel, type CommandEnd, type SshConnection } from '../connection.ts';
import { openSession } from './open-session.ts';
import { endCommand } from './end-command.ts';

/** How long output is waited for after the end: a process left in the background may hold it open for ever. */
const DRAIN_MILLISECONDS = 2000;
const LONGEST_DRAIN_MILLISECONDS = 30_000;

/** How many commands run over a login. */
const running = new WeakMap<SshConnection, number>();

export interface RunCommandOptions extends ExecOptions {
  readonly terminal: boolean;
  readonly forwardAgent: boolean;
  /** A status without all of the output counts for nothing; always so when there is a `stdout`. */
  readonly whole?: boolean;
}

/** Resolves once all was sent or nobody takes it any more; rejects when the source cannot be read. */
async function send(channel: CommandChannel, options: RunCommandOptions): Promise<void> {
  const { stdin } = options;
  const taking = channel.stdin;
  if (taking === undefined) {
    if (stdin instanceof Readable) stdin.destroy();
    return;
  }
  if (stdin === undefined) {
    // A terminal has no end-of-file of its own: this character means it to whoever reads.
    taking.end(options.terminal ? '\u0004' : undefined);
    return;
  }
  if (!(stdin instanceof Readable)) {
    taking.end(stdin);
    return;
  }
  const failed = new Promise<never>((_, reject) => {
    // It may have failed while the session was opened.
    if (stdin.errored !== null) reject(stdin.errored);
    else stdin.once('error', reject);
  });
  stdin.pipe(taking);
  try {
    await Promise.race([channel.closed, failed]);
  } finally {
    stdin.unpipe(taking);
    stdin.destroy();
  }
}

const UNKNOWN: CommandEnd = { exitStatus: undefined, signalName: undefined };

interface Output {
  tail(): string;
  /** When the last of it came, by the clock of `performance`. */
  lastByte(): number;
}

function collectOutput(channel: CommandChannel, { onLine, stdout, stderr }: RunCommandOptions): Output {
  const output = commandOutput(onLine);
  let last = performance.now();
  const read = (stream: Readable, name: 'stdout' | 'stderr'): void => {
    output.read(name, stream);
    stream.on('data', () => (last = performance.now()));
  };
  if (stdout === undefined) read(channel.stdout, 'stdout');
  read(channel.stderr, 'stderr');
  if (stderr !== undefined) channel.stderr.pipe(stderr, { end: false });
  return { tail: () => output.tail(), lastByte: () => last };
}

/** Leads output on until all is taken. A channel that nobody reads on from never closes, which a pipeline would wait for. */
async function leadOn(output: Readable, target: Writable): Promise<void> {
  output.pipe(target);
  output.once('close', () => {
    if (!output.readableEnded) target.destroy();
  });
  await finished(target, { readable: false });
}

/** After the command's end, waits for the rest of its output as long as some comes, or nobody takes it from Kiln. */
async function drain(closed: Promise<unknown>, lastByte: () => number): Promise<void> {
  let start = performance.now();
  const state = { closed: false };
  void closed.then(() => (state.closed = true));
  while (!state.closed) {
    await Promise.race([closed, delay(100, undefined, { ref: false })]);
    const now = performance.now();
    if (isReadingHeld()) start = now;
    if (now - Math.max(start, lastByte()) > DRAIN_MILLISECONDS || now - start > LONGEST_DRAIN_MILLISECONDS) return;
  }
}

/** Resolves when the signal aborts. */
function abortion(signal: AbortSignal): Promise<'aborted'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('aborted');
    signal.addEventListener('abort', () => resolve('aborted'), { once: true });
  });
}

interface Running {
  readonly channel: CommandChannel;
  /** How it ended, once it is known. */
  readonly end: { value: CommandEnd };
  readonly exited: Promise<void>;
  readonly output: Output;
  /** Settles when all of standard output was taken; undefined when it goes to lines. */
  readonly received: Promise<void> | undefined;
  /** Only fails, when `stdin` cannot be read or `stdout` not be written: a command may end without reading all it is sent. */
  readonly failed: Promise<never>;
}

function begin(channel: CommandChannel, options: RunCommandOptions): Running {
  for (const stream of [channel.stdin, channel.stdout, channel.stderr]) stream?.on('error', () => undefined);
  const end: Running['end'] = { value: UNKNOWN };
  const received = options.stdout === undefined ? undefined : leadOn(channel.stdout, options.stdout);
  const parts = [send(channel, options), ...(received === undefined ? [] : [received])];
  const failed = Promise.race(parts.map((part) => part.then(() => new Promise<never>(() => undefined))));
  return {
    channel,
    end,
    exited: channel.exited.then((value) => void (end.value = value)),
    output: collectOutput(channel, options),
    received,
    failed,
  };
}

/** Waits for the end of a command. Throws as `runCommand` does. */
async function untilEnd(login: SshConnection, command: Running, options: RunCommandOptions): Promise<void> {
  const { channel, end, exited, received, failed } = command;
  const limit = options.timeout === undefined ? undefined : AbortSignal.timeout(options.timeout);
  const aborted = abortion(AbortSignal.any([options.signal, ...(limit === undefined ? [] : [limit])]));
  const over = Promise.race([channel.closed, login.ended.then(() => delay(50))]);
  let outcome = await Promise.race([exited, over, aborted, failed]);
  if (outcome !== 'aborted' && received === undefined) await drain(over, () => command.output.lastByte());
  else if (outcome !== 'aborted') outcome = await Promise.race([over, aborted, failed]);
  if (outcome !== 'aborted' && end.value.exitStatus !== undefined) outcome = await Promise.race([received, aborted]);
  if (outcome === 'aborted') {
    await endCommand(login, channel, over, running.get(login) === 1);
    throwIfCancelled(options.signal);
    throw new TimeoutError(`a command in the guest did not end within ${(options.timeout ?? 0) / 1000} s`, {
      code: 'COMMUNICATOR_TIMEOUT',
    });
  }
}

/** A stream of the connection's that broke off, unlike a failure on this side. */
async function isCutOff(login: SshConnection, error: unknown): Promise<boolean> {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ERR_STREAM_PREMATURE_CLOSE' && (await isGone(login));
}

/**
 * Runs a command over a login. Throws what `openSession` throws, what reading `stdin` or writing `stdout` here throws,
 * `TimeoutError` COMMUNICATOR_TIMEOUT and what `throwIfCancelled` throws; the command was told to end by then.
 */
export async function runCommand(
  login: SshConnection,
  command: string,
  options: RunCommandOptions,
): Promise<ExecResult> {
  throwIfCancelled(options.signal);
  if (options.stdin instanceof Readable) options.stdin.once('error', () => undefined);
  const started = await openSession(login, command, options, (channel) => begin(channel, options));
  if (started === undefined) return { exitStatus: undefined, disconnected: true, outputTail: '' };
  running.set(login, (running.get(login) ?? 0) + 1);
  try {
    await untilEnd(login, started, options);
  } catch (error) {
    options.stdout?.destroy();
    if (!(await isCutOff(login, error))) throw error;
  } finally {
    running.set(login, (running.get(login) ?? 1) - 1);
    started.channel.close();
    started.channel.stdout.resume();
    started.received?.catch(() => undefined);
    started.failed.catch(() => undefined);
  }
  // Servers tell the status before the last of the output. When the connection is gone that may be missing.
  const partial = (options.stdout !== undefined || options.whole === true) && (await isGone(login));
  const { exitStatus, signalName } = partial ? UNKNOWN : started.end.value;
  return {
    exitStatus,
    disconnected: exitStatus === undefined && signalName === undefined,
    outputTail: started.output.tail(),
    ...(signalName === undefined ? {} : { signalName }),
  };
}
