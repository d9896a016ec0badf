import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Communicator, ExecOptions, ExecResult, UploadSource } from '../contract/communicator.ts';
import { CommandError } from '../errors/errors.ts';
import { throwIfCancelled } from '../errors/cancelled.ts';
import { tailOf } from '../process/tail.ts';
import { walkTree } from '../trees/walk-tree.ts';

/** How a command of a `fakeGuest` ends. */
export interface FakeAnswer {
  /** Default 0. */
  readonly exitStatus?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** A guest in memory: it has files, and commands do what a test says they do. */
export interface FakeGuest extends Communicator {
  /** The commands that were run, in order. */
  readonly commands: readonly string[];
  /** Contents of its files by absolute path. A test may put some there before. */
  readonly files: Map<string, Buffer>;
}

async function contentOf(source: UploadSource): Promise<Buffer> {
  return 'path' in source ? readFile(source.path) : Buffer.from(source.content as Uint8Array);
}

function linesIn(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/**
 * A guest without a machine. `answer` says how a command ends, given what it gets on its standard input; what it says
 * nothing of succeeds without a word. Downloads of what is not there throw `CommandError` COMMUNICATOR_TRANSFER_FAILED.
 */
export function fakeGuest(
  answer: (command: string, stdin: Buffer) => FakeAnswer | undefined = () => undefined,
): FakeGuest {
  const commands: string[] = [];
  const files = new Map<string, Buffer>();
  const exec = async (command: string, options: ExecOptions): Promise<ExecResult> => {
    throwIfCancelled(options.signal);
    commands.push(command);
    const { stdin = '' } = options;
    const input = stdin instanceof Readable ? await buffer(stdin) : Buffer.from(stdin as Uint8Array);
    const { exitStatus = 0, stdout = '', stderr = '' } = answer(command, input) ?? {};
    if (options.stdout === undefined) for (const line of linesIn(stdout)) options.onLine?.('stdout', line);
    else options.stdout.end(stdout);
    options.stderr?.write(stderr);
    for (const line of linesIn(stderr)) options.onLine?.('stderr', line);
    return {
      exitStatus,
      disconnected: false,
      outputTail: tailOf(`${options.stdout === undefined ? stdout : ''}${stderr}`),
    };
  };
  const write = async (path: string, content: Buffer): Promise<void> => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  };
  return {
    kind: 'fake',
    address: undefined,
    terminal: false,
    commands,
    files,
    exec,
    upload: async (source, destination) => void files.set(destination, await contentOf(source)),
    uploadTree: async (directory, destination) => {
      for (const entry of walkTree(directory)) {
        if (entry.type === 'file') files.set(`${destination}/${entry.path}`, await readFile(entry.source));
      }
    },
    download: async (source, destination) => {
      const content = files.get(source);
      if (content !== undefined) return write(destination, content);
      throw new CommandError(`${source} is not in the guest`, { code: 'COMMUNICATOR_TRANSFER_FAILED' });
    },
    downloadTree: async (directory, destination, { onFile }) => {
      for (const [path, content] of files) {
        if (!path.startsWith(`${directory}/`)) continue;
        const below = path.slice(directory.length + 1);
        await write(join(destination, below), content);
        onFile?.(below);
      }
    },
    reconnect: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
