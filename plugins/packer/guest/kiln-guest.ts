import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import type { PluginCommand, PluginCommunicator } from '../../../clients/packer-plugin/index.ts';
import type { Communicator } from '../../../core/contract/communicator.ts';
import { newId } from '../../../core/text/new-id.ts';

export interface KilnGuestOptions {
  readonly communicator: Communicator;
  readonly signal: AbortSignal;
  /** Where files are kept on their way; a journaled directory. */
  readonly directory: string;
}

/** Packer answers this for a command whose connection went away before it ended. */
const STATUS_LOST = 2_300_218;
/** And sh this for one that a signal ended. */
const STATUS_SIGNALLED = 128;

/** A guest of Kiln's, for a provisioner of Packer's. */
export function kilnGuest({ communicator, signal, directory }: KilnGuestOptions): PluginCommunicator {
  async function onTheWay<Result>(work: (path: string) => Promise<Result>): Promise<Result> {
    const path = join(directory, newId());
    try {
      return await work(path);
    } finally {
      await rm(path, { force: true });
    }
  }

  async function upload(destination: string, content: Readable, mode: number | undefined): Promise<void> {
    await onTheWay(async (path) => {
      await pipeline(content, createWriteStream(path, { mode: 0o600 }), { signal });
      await communicator.upload({ path }, destination, { signal, mode: mode ?? 0o644 });
    });
  }

  async function run({ command, stdin, stdout, stderr }: PluginCommand): Promise<number> {
    const { exitStatus, disconnected } = await communicator.exec(command, {
      signal,
      ...(stdin === undefined ? {} : { stdin }),
      ...(stdout === undefined ? {} : { stdout }),
      ...(stderr === undefined ? {} : { stderr }),
    });
    if (stdout !== undefined) await finished(stdout, { readable: false }).catch(() => undefined);
    return exitStatus ?? (disconnected ? STATUS_LOST : STATUS_SIGNALLED);
  }

  return {
    run,
    // Packer's SCP takes permissions along, the lowest nine bits of Go's mode.
    upload: (path, content, file) => upload(path, content, file === undefined ? undefined : file.mode & 0o777),
    download: async (source, content: Writable) => {
      await onTheWay(async (path) => {
        await communicator.download(source, path, { signal });
        await pipeline(createReadStream(path), content, { signal });
      });
    },
    uploadDirectory: async (destination, source) => {
      const name = source.endsWith('/') ? {} : { name: basename(source) };
      await communicator.uploadTree(source, destination, { signal, ...name });
    },
    downloadDirectory: async (source, destination) => {
      await communicator.downloadTree(source, destination, { signal });
    },
  };
}
