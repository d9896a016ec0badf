import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { PluginError, type PluginCommunicator } from '../../../clients/packer-plugin/index.ts';
import type { Communicator, ExecOptions, ExecResult, UploadSource } from '../../../core/contract/communicator.ts';
import { throwIfCancelled } from '../../../core/errors/cancelled.ts';
import { CommandError, TimeoutError } from '../../../core/errors/errors.ts';
import { commandOutput } from '../../../core/process/command-output.ts';

const RECONNECT_PAUSE = 2000;

/** What Packer's SSH answers for a command whose connection went away before it ended. */
const STATUS_LOST = 2_300_218;

/** The guest of a builder of Packer's, for Kiln's provisioners: the plugin's own way into it. */
export function pluginGuest(remote: PluginCommunicator, kind: string): Communicator {
  /** Waits for it as long as nobody cancels; the plugin's refusal is a failure of the transport. */
  async function transfer(doing: string, signal: AbortSignal, work: Promise<void>): Promise<void> {
    work.catch(() => undefined);
    try {
      await Promise.race([work, cancelled(signal)]);
    } catch (error) {
      throw failure(doing, error);
    }
  }

  return {
    kind,
    ...(kind === 'winrm' ? { system: 'windows' as const } : {}),
    address: undefined,
    terminal: false,
    exec: (command, options) => exec(remote, command, options),
    upload: async (source, destination, { signal, mode }) => {
      const { content, size, ownMode } = await contentOf(source);
      const file = { name: basename(destination), size, mode: mode ?? ownMode };
      await transfer(`writing ${destination} in the guest`, signal, remote.upload(destination, content, file));
    },
    uploadTree: async (directory, destination, { signal, name }) => {
      const plain = directory.replace(/\/+$/, '');
      // Without a slash at the end the directory itself goes into what is there, under its own name and no other.
      const source = name === undefined || name !== basename(plain) ? `${plain}/` : plain;
      await transfer(`copying ${directory} into the guest`, signal, remote.uploadDirectory(destination, source, []));
    },
    download: async (source, destination, { signal }) => {
      const content = createWriteStream(destination);
      await transfer(`reading ${source} in the guest`, signal, remote.download(source, content));
    },
    downloadTree: async (directory, destination, { signal }) => {
      const work = remote.downloadDirectory(directory, destination, []);
      await transfer(`copying ${directory} from the guest`, signal, work);
    },
    reconnect: async ({ signal, timeout }) => {
      const deadline = performance.now() + timeout;
      // The plugin connects anew by itself; a command that every system has tells when it has.
      while (!(await answers(remote, signal))) {
        if (performance.now() > deadline) {
          throw new TimeoutError('the guest did not answer again in time', { code: 'COMMUNICATOR_TIMEOUT' });
        }
        await delay(RECONNECT_PAUSE, undefined, { signal }).catch(() => undefined);
        throwIfCancelled(signal);
      }
    },
    close: () => Promise.resolve(),
  };
}

/** Rejects with `CancelledError` when the signal is aborted. */
async function cancelled(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  throwIfCancelled(signal);
  throw new Error('a signal was aborted that is not');
}

function failure(doing: string, error: unknown): unknown {
  if (!(error instanceof PluginError)) return error;
  const isLost = error.reason === 'broken';
  return new CommandError(`${doing} failed: ${error.message}`, {
    code: isLost ? 'COMMUNICATOR_LOST' : 'COMMUNICATOR_TRANSFER_FAILED',
    cause: error,
    ...(isLost ? { guest: 'lost' as const } : {}),
  });
}

async function contentOf(source: UploadSource): Promise<{ content: Readable; size: number; ownMode: number }> {
  if ('path' in source) {
    const { size, mode } = await stat(source.path);
    return { content: createReadStream(source.path), size, ownMode: mode & 0o777 };
  }
  const bytes = Buffer.from(source.content);
  return { content: Readable.from([bytes], { objectMode: false }), size: bytes.length, ownMode: 0o644 };
}

async function answers(remote: PluginCommunicator, signal: AbortSignal): Promise<boolean> {
  return Promise.race([remote.run({ command: 'echo' }), cancelled(signal)]).then(
    (status) => status === 0,
    () => false,
  );
}

async function exec(remote: PluginCommunicator, command: string, options: ExecOptions): Promise<ExecResult> {
  const { signal, stdin, onLine, timeout } = options;
  throwIfCancelled(signal);
  const output = commandOutput(onLine);
  const stdout = options.stdout ?? new PassThrough();
  const stderr = new PassThrough();
  if (stdout instanceof PassThrough && options.stdout === undefined) output.read('stdout', stdout);
  output.read('stderr', stderr);
  if (options.stderr !== undefined) stderr.pipe(options.stderr, { end: false });
  const input = typeof stdin === 'string' || stdin instanceof Uint8Array ? Readable.from([stdin]) : stdin;
  const running = remote.run({ command, stdout, stderr, ...(input === undefined ? {} : { stdin: input }) });
  running.catch(() => undefined);
  try {
    const ends = [running, cancelled(signal), ...(timeout === undefined ? [] : [runsOut(timeout, command, signal)])];
    const status = await Promise.race(ends);
    const disconnected = status === STATUS_LOST;
    return { exitStatus: disconnected ? undefined : status, disconnected, outputTail: output.tail() };
  } catch (error) {
    throw failure('running a command in the guest', error);
  }
}

async function runsOut(timeout: number, command: string, signal: AbortSignal): Promise<never> {
  await delay(timeout, undefined, { signal, ref: false }).catch(() => new Promise(() => undefined));
  throw new TimeoutError(`the command did not end within ${String(timeout / 1000)} s: ${command.slice(0, 200)}`, {
    code: 'COMMUNICATOR_TIMEOUT',
  });
}
