import { once } from 'node:events';
import { Readable, type Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled } from '../../errors/cancelled.ts';
import { CommandError, KilnError, TimeoutError } from '../../errors/errors.ts';
import { guestFailureOf } from '../../errors/guest-failure.ts';
import { untilReadable } from '../../process/back-pressure.ts';
import { commandOutput } from '../../process/command-output.ts';
import type { ExecOptions, ExecResult } from '../../contract/communicator.ts';
import { receiveOutput, runCommandLine, sendInput, terminate } from './protocol/envelope.ts';
import { FAULT, isShellGone, refusal } from './protocol/faults.ts';
import type { Link } from './protocol/link.ts';
import { commandIdIn, outputIn, type SoapOutcome, type Output } from './protocol/reply.ts';
import { ANSWER_MILLISECONDS, withShell } from './protocol/shell.ts';

/** Bytes of input in one message: in Base64, with all around them, they fit into the smallest envelope. */
const INPUT_BYTES = 110_000;
const TERMINATE_MILLISECONDS = 5000;
/** How long a command may go on whose input broke off. */
const UNFED_MILLISECONDS = 5000;
const LOST_TRIES = 3;
const LOST_PAUSE = 1000;

interface Command {
  readonly link: Link;
  readonly shellId: string;
  readonly commandId: string;
  readonly signal: AbortSignal;
}

/** The guest does not know the command any more, or does not answer: what it ended with will not be known. */
class Gone extends Error {}

/** All of `stdin` in pieces that fit into one message each. */
async function* pieces(stdin: NonNullable<ExecOptions['stdin']>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stdin instanceof Readable ? stdin : [stdin]) {
    rest = Buffer.concat([rest, Buffer.from(chunk as Uint8Array | string)]);
    for (; rest.length >= INPUT_BYTES; rest = rest.subarray(INPUT_BYTES)) yield rest.subarray(0, INPUT_BYTES);
  }
  yield rest;
}

/** Ends early when the guest takes no more: the command may have ended without reading all it is sent. */
async function feed({ link, shellId, commandId, signal }: Command, stdin: ExecOptions['stdin']): Promise<void> {
  const send = async (data: Buffer, isLast: boolean): Promise<boolean> => {
    const envelope = sendInput(link.url, shellId, commandId, data, isLast);
    return 'document' in (await link.ask(envelope, { signal, limit: ANSWER_MILLISECONDS }));
  };
  let held: Buffer = Buffer.alloc(0);
  if (stdin !== undefined) {
    for await (const piece of pieces(stdin)) {
      if (held.length > 0 && !(await send(held, false))) return;
      held = piece;
    }
  }
  await send(held, true);
}

async function askAgain(command: Command, envelope: () => string, onLost: () => void): Promise<SoapOutcome> {
  const { link, signal } = command;
  for (let tries = 1; ; tries++) {
    try {
      return await link.ask(envelope(), { signal, limit: ANSWER_MILLISECONDS });
    } catch (error) {
      throwIfCancelled(signal);
      if (!(error instanceof CommandError) || error.guest !== 'lost') throw error;
      if (tries >= LOST_TRIES) throw new Gone(error.message);
      onLost();
      await delay(LOST_PAUSE, undefined, { signal }).catch(() => throwIfCancelled(signal));
    }
  }
}

type Take = (output: Output) => Promise<void>;

/** Takes the command's output until it has ended, and gives its status. Throws `Gone`. */
async function collect(command: Command, take: Take, onLost: () => void): Promise<number | undefined> {
  const { link, shellId, commandId } = command;
  for (;;) {
    const answer = await askAgain(command, () => receiveOutput(link.url, shellId, commandId), onLost);
    if ('fault' in answer) {
      if (answer.fault.code === FAULT.operationTimedOut) continue;
      if (isShellGone(answer.fault)) throw new Gone(answer.fault.text);
      throw refusal('give the output of a command', answer.fault);
    }
    const output = outputIn(answer.document);
    await take(output);
    if (output.done) return output.exitStatus;
  }
}

/** Resolves with undefined when nobody knows whether the guest has started it. */
async function start(link: Link, shellId: string, line: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const answer = await link.ask(runCommandLine(link.url, shellId, line), { signal, limit: ANSWER_MILLISECONDS });
    if ('document' in answer) return commandIdIn(answer.document);
    throw refusal('run a command', answer.fault);
  } catch (error) {
    throwIfCancelled(signal);
    if (guestFailureOf(error) === 'lost') return undefined;
    throw error;
  }
}

async function end({ link, shellId, commandId }: Command): Promise<void> {
  const options = { signal: new AbortController().signal, limit: TERMINATE_MILLISECONDS };
  await link.ask(terminate(link.url, shellId, commandId), options).catch(() => undefined);
}

export interface RunCommandOptions extends ExecOptions {
  /** Told once when the connection broke while the command ran and was made anew: some output may be missing. */
  readonly onLost?: () => void;
}

/** Only fails: a command that was sent all of its input goes on. One that has just ended takes no more, which is no failure. */
async function feedWhileRunning(command: Command, stdin: ExecOptions['stdin']): Promise<never> {
  try {
    await feed(command, stdin);
  } catch (error) {
    // Why the guest takes nothing shows when its output is asked for, unless the command waits for what never comes.
    if (error instanceof KilnError) await delay(UNFED_MILLISECONDS, undefined, { signal: command.signal });
    throw error;
  }
  return new Promise<never>(() => undefined);
}

/** Until the command has ended or is gone; input that cannot be read here ends it too. */
async function follow(command: Command, options: RunCommandOptions, take: Take): Promise<number | undefined> {
  let told = false;
  const onLost = (): void => {
    if (!told) options.onLost?.();
    told = true;
  };
  if (options.stdin === undefined) {
    await feed(command, undefined).catch((error: unknown) => {
      throwIfCancelled(command.signal);
      if (!(error instanceof CommandError)) throw error;
    });
    return collect(command, take, onLost);
  }
  const over = new AbortController();
  const whileRunning = { ...command, signal: AbortSignal.any([command.signal, over.signal]) };
  const fed = feedWhileRunning(whileRunning, options.stdin);
  try {
    return await Promise.race([collect(whileRunning, take, onLost), fed]);
  } finally {
    over.abort();
    fed.catch(() => undefined);
  }
}

async function write(stream: Writable, bytes: Buffer): Promise<void> {
  if (bytes.length > 0 && !stream.write(bytes)) await once(stream, 'drain');
}

/** Brings a command's output to whoever wants it. */
function outputTaker(options: RunCommandOptions): { readonly take: Take; tail(): string; end(): Promise<void> } {
  const { onLine, stdout, stderr } = options;
  const lines = commandOutput(onLine);
  return {
    take: async (output) => {
      if (stdout === undefined) lines.push('stdout', output.stdout);
      else await write(stdout, output.stdout);
      if (stderr !== undefined) await write(stderr, output.stderr);
      lines.push('stderr', output.stderr);
      await untilReadable(options.signal);
    },
    tail: () => lines.tail(),
    end: async () => {
      lines.end('stdout');
      lines.end('stderr');
      if (stdout === undefined) return;
      stdout.end();
      await finished(stdout);
    },
  };
}

/**
 * Runs a command line of cmd.exe. Throws what `withShell` throws, what reading `stdin` throws, `TimeoutError`
 * COMMUNICATOR_TIMEOUT and what `throwIfCancelled` throws; the command was told to end by then.
 */
export async function runCommand(link: Link, line: string, options: RunCommandOptions): Promise<ExecResult> {
  const { timeout } = options;
  const late = timeout === undefined ? undefined : AbortSignal.timeout(timeout);
  const signal = late === undefined ? options.signal : AbortSignal.any([options.signal, late]);
  const output = outputTaker(options);
  // It may break before anybody reads from it, and is told then.
  if (options.stdin instanceof Readable) options.stdin.on('error', () => undefined);
  const gone = (): ExecResult => ({ exitStatus: undefined, disconnected: true, outputTail: output.tail() });
  try {
    const result = await withShell(link, signal, async (shellId) => {
      const commandId = await start(link, shellId, line, signal);
      if (commandId === undefined) return gone();
      const command = { link, shellId, commandId, signal };
      try {
        const exitStatus = await follow(command, options, output.take);
        return { exitStatus, disconnected: false, outputTail: output.tail() };
      } catch (error) {
        if (error instanceof Gone) return gone();
        await end(command);
        throw error;
      }
    });
    await output.end();
    return result;
  } catch (error) {
    options.stdout?.destroy();
    throwIfCancelled(options.signal);
    if (late?.aborted !== true) throw error;
    throw new TimeoutError(`a command in the guest did not end within ${(timeout ?? 0) / 1000} s`, {
      code: 'COMMUNICATOR_TIMEOUT',
    });
  } finally {
    if (options.stdin instanceof Readable) options.stdin.destroy();
  }
}
