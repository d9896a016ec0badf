import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { StepError } from '../../plugins/sdk/index.ts';

const POLL_MILLISECONDS = 10;

type Fields = Readonly<Record<string, unknown>>;

/** QEMU's machine protocol. */
export interface Qmp {
  /** Throws `StepError` QEMU_MONITOR when QEMU refuses the command or is gone. */
  execute(command: string, parameters?: Fields): Promise<unknown>;
  close(): void;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A QEMU that is killed may leave half a line. */
function parse(line: string): Fields {
  try {
    return fields(JSON.parse(line));
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
 * by itself. Throws the reason of `signal` when that aborts before the machine is set up.
 */
export async function connectQmp(
  path: string,
  signal: AbortSignal,
  onEvent: (name: string, data: Fields) => void,
): Promise<Qmp> {
  const socket = await reach(path, signal);
  const pending: Pending[] = [];
  const gone = (): void => {
    const error = new StepError('QEMU does not answer any more', { code: 'QEMU_MONITOR' });
    for (const { reject } of pending.splice(0)) reject(error);
  };
  const answer = (line: string): void => {
    const message = parse(line);
    if ('event' in message) onEvent(text(message['event']), fields(message['data']));
    else if ('return' in message) pending.shift()?.resolve(message['return']);
    else if ('error' in message) {
      const reason = text(fields(message['error'])['desc']);
      pending.shift()?.reject(new StepError(`QEMU refuses: ${reason}`, { code: 'QEMU_MONITOR' }));
    }
  };
  createInterface({ input: socket }).on('line', answer).on('error', gone);
  socket.on('error', gone);
  socket.on('close', gone);
  const execute: Qmp['execute'] = (command, parameters) =>
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
    await Promise.race([execute('qmp_capabilities'), aborted.promise]);
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return { execute, close: () => socket.destroy() };
}
