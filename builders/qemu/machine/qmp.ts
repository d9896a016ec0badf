import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { StepError, type JsonObject } from '../../../plugins/sdk/index.ts';
import { membersOf } from '../json-members.ts';

const POLL_MILLISECONDS = 10;

/** How long QEMU may take, in milliseconds: to be there, and to answer. It takes no time unless it hangs. */
interface Patience {
  readonly start: number;
  readonly answer: number;
}

const PATIENCE: Patience = { start: 120_000, answer: 30_000 };

/** QEMU's machine protocol. */
export interface Qmp {
  /** Throws `StepError` QEMU_MONITOR when QEMU refuses the command, does not answer or is gone. */
  execute(command: string, parameters?: JsonObject): Promise<unknown>;
  close(): void;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A QEMU that is killed may leave half a line. */
function parse(line: string): JsonObject {
  try {
    return membersOf(JSON.parse(line));
  } catch {
    return {};
  }
}

function dial(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
}

function noAnswer(milliseconds: number): StepError {
  return new StepError(`QEMU has not answered for ${milliseconds / 1000} s`, { code: 'QEMU_MONITOR' });
}

/** The promise, for so long; what comes later is of no interest. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(noAnswer(milliseconds)), milliseconds);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until the socket is there; throws the signal's reason. */
async function reach(path: string, signal: AbortSignal): Promise<Socket> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await dial(path);
    } catch {
      await delay(POLL_MILLISECONDS);
    }
  }
}

/**
 * Connects to a QEMU that is starting; it answers when the machine is set up. `onEvent` gets everything QEMU tells
 * by itself. Throws the reason of `signal` when that aborts before the machine is set up, and `StepError` QEMU_MONITOR
 * when it is not there in time.
 */
export async function connectQmp(
  path: string,
  signal: AbortSignal,
  onEvent: (name: string, data: JsonObject) => void,
  patience: Patience = PATIENCE,
): Promise<Qmp> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(noAnswer(patience.start)), patience.start);
  try {
    return await greet(path, AbortSignal.any([signal, late.signal]), onEvent, patience);
  } finally {
    clearTimeout(timer);
  }
}

async function greet(
  path: string,
  signal: AbortSignal,
  onEvent: (name: string, data: JsonObject) => void,
  patience: Patience,
): Promise<Qmp> {
  const socket = await reach(path, signal);
  const pending: Pending[] = [];
  const gone = (): void => {
    const error = new StepError('QEMU does not answer any more', { code: 'QEMU_MONITOR' });
    for (const { reject } of pending.splice(0)) reject(error);
  };
  const answer = (line: string): void => {
    const message = parse(line);
    if ('event' in message) onEvent(text(message['event']), membersOf(message['data']));
    else if ('return' in message) pending.shift()?.resolve(message['return']);
    else if ('error' in message) {
      const reason = text(membersOf(message['error'])['desc']);
      pending.shift()?.reject(new StepError(`QEMU refuses: ${reason}`, { code: 'QEMU_MONITOR' }));
    }
  };
  createInterface({ input: socket }).on('line', answer).on('error', gone);
  socket.on('error', gone);
  socket.on('close', gone);
  const ask = (command: string, parameters?: JsonObject): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (socket.destroyed) {
        reject(new StepError('QEMU has ended', { code: 'QEMU_MONITOR' }));
        return;
      }
      pending.push({ resolve, reject });
      socket.write(`${JSON.stringify({ execute: command, arguments: parameters })}\n`);
    });
  const aborted = Promise.withResolvers<never>();
  const stop = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([ask('qmp_capabilities'), aborted.promise]);
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
  const execute: Qmp['execute'] = (command, parameters) => within(patience.answer, ask(command, parameters));
  return { execute, close: () => socket.destroy() };
}
