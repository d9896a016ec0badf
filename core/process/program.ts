import type { ChildProcess } from 'node:child_process';
import { open } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled } from '../errors/cancelled.ts';
import { CommandError, TimeoutError } from '../errors/errors.ts';
import { isReadingHeld, untilReadable } from './back-pressure.ts';
import { commandOutput } from './command-output.ts';
import { endRestOfGroup } from './end-process.ts';
import { signalGroup, spawnProgram } from './spawn.ts';

const GRACE_MILLISECONDS = 5000;
/** How long output is waited for after the end: a process left in the background may hold the pipes for ever. */
const DRAIN_MILLISECONDS = 2000;
const LONGEST_DRAIN_MILLISECONDS = 24 * 3600 * 1000;

/** How a program of this machine is run. */
export interface ProgramOptions {
  /** When it aborts, the program and its children are ended: SIGTERM, and SIGKILL after 5 s. */
  readonly signal: AbortSignal;
  readonly cwd?: string;
  /** Added to Kiln's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** See `SpawnOptions`. */
  readonly forGuest?: boolean;
  readonly stdin?: string | Uint8Array | Readable;
  /** New file that gets standard output instead of `stdout` and `onLine`; mode 0666 less the umask. */
  readonly stdoutFile?: string;
  /** Gets standard output instead of `stdout` and `onLine`, and is ended after it. */
  readonly stdoutTo?: Writable;
  /** Called with each line as it comes; with it, `stdout` and `stderr` of the result are empty. */
  readonly onLine?: (stream: 'stdout' | 'stderr', line: string) => void;
  /** Milliseconds. */
  readonly timeout?: number;
  /** Default: 0 alone. */
  readonly acceptExitStatus?: readonly number[];
}

/** How a program ended, and all that it wrote. */
export interface ProgramResult {
  readonly exitStatus: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface End {
  readonly exitStatus: number | null;
  readonly signalName: NodeJS.Signals | null;
}

async function sendInput(child: ChildProcess, stdin: ProgramOptions['stdin']): Promise<void> {
  if (child.stdin === null) return;
  const source = stdin instanceof Readable ? stdin : Readable.from(stdin === undefined ? [] : [stdin]);
  // A program that ends without reading all of its input closes the pipe: its exit status tells how it went.
  await pipeline(source, child.stdin).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EPIPE' && code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
}

/** All that a stream gives, as text; empty without one. */
function collect(stream: Readable | null): () => string {
  const chunks: Buffer[] = [];
  stream?.on('data', (chunk: Buffer) => void chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

/** When output was waited for long enough; the time in which nobody takes it from Kiln does not count. */
async function drained(milliseconds: number, signal: AbortSignal): Promise<void> {
  do {
    await untilReadable(signal);
    await delay(milliseconds, undefined, { ref: false, signal }).catch(() => undefined);
  } while (isReadingHeld() && !signal.aborted);
}

/** Ends the process group when `signal` aborts; the result says that it did. */
async function untilEnd(
  child: ChildProcess & { readonly pid: number },
  signal: AbortSignal,
  drainMilliseconds: number,
): Promise<End> {
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const exited = new Promise<End>((resolve) =>
    child.once('exit', (exitStatus, signalName) => resolve({ exitStatus, signalName })),
  );
  let force: NodeJS.Timeout | undefined;
  const stop = (): void => {
    signalGroup(child.pid, 'SIGTERM');
    force = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), GRACE_MILLISECONDS);
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  const end = await exited;
  clearTimeout(force);
  signal.removeEventListener('abort', stop);
  if (signal.aborted) await endRestOfGroup(child.pid);
  await Promise.race([closed, drained(drainMilliseconds, signal)]);
  child.stdout?.destroy();
  child.stderr?.destroy();
  return end;
}

/**
 * Runs a program to its end. Throws `CommandError` PROGRAM_MISSING, or PROGRAM_FAILED when it ends with a status that
 * is not accepted or by a signal; `TimeoutError` PROGRAM_TIMEOUT; what
 * `throwIfCancelled` throws. No process of its group is left
 * behind when it was cancelled or timed out.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<ProgramResult> {
  throwIfCancelled(options.signal);
  const { onLine, timeout } = options;
  await using file = options.stdoutFile === undefined ? undefined : await open(options.stdoutFile, 'wx');
  const child = await spawnProgram(program, args, {
    stdio: [options.stdin === undefined ? 'ignore' : 'pipe', file?.fd ?? 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.forGuest === undefined ? {} : { forGuest: options.forGuest }),
  });
  const output = commandOutput(onLine);
  const read = (name: 'stdout' | 'stderr', stream: Readable | null): (() => string) => {
    if (stream !== null) output.read(name, stream);
    return collect(onLine === undefined ? stream : null);
  };
  if (options.stdoutTo !== undefined) child.stdout?.pipe(options.stdoutTo);
  const stdout = read('stdout', options.stdoutTo === undefined ? child.stdout : null);
  const stderr = read('stderr', child.stderr);

  const broken = new AbortController();
  const limit = timeout === undefined ? undefined : AbortSignal.timeout(timeout);
  const stop = AbortSignal.any([options.signal, broken.signal, ...(limit === undefined ? [] : [limit])]);
  const input = sendInput(child, options.stdin).catch((error: unknown) => broken.abort(error));
  // What is piped on may be taken slowly by its reader.
  const drain = options.stdoutTo === undefined ? DRAIN_MILLISECONDS : LONGEST_DRAIN_MILLISECONDS;
  const end = await untilEnd(child, stop, drain);
  await input;

  if (broken.signal.aborted) throw broken.signal.reason;
  throwIfCancelled(options.signal);
  if (limit?.aborted === true) {
    throw new TimeoutError(`${program} did not end within ${(timeout ?? 0) / 1000} s`, { code: 'PROGRAM_TIMEOUT' });
  }
  const { exitStatus, signalName } = end;
  if (exitStatus === null || !(options.acceptExitStatus ?? [0]).includes(exitStatus)) {
    const how = exitStatus === null ? `was ended by ${signalName ?? 'a signal'}` : `ended with status ${exitStatus}`;
    throw new CommandError(`${program} ${how}`, {
      code: 'PROGRAM_FAILED',
      outputTail: output.tail(),
      ...(exitStatus === null ? {} : { exitStatus }),
    });
  }
  return { exitStatus, stdout: stdout(), stderr: stderr() };
}
