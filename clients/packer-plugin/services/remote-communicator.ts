import type { Duplex, Readable, Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import type { StreamBroker } from '../broker.ts';
import { readCommandFinished } from '../gob/command-finished.ts';
import type { RpcClient } from '../rpc/client.ts';
import type { PluginCommand, PluginCommunicator, UploadedFile } from './communicator.ts';

/** The way into a guest that a builder of a plugin offers. */
export function remoteCommunicator(client: RpcClient, broker: StreamBroker): PluginCommunicator {
  return {
    run: (command) => run(client, broker, command),
    upload: async (path, content, file) => {
      const id = broker.nextId();
      const args = { Path: path, ReaderStreamId: id, FileInfo: fileInfo(file) };
      await withStream(broker, id, client.call('Communicator.Upload', args), (stream) => send(content, stream));
    },
    download: async (path, content) => {
      const id = broker.nextId();
      const args = { Path: path, WriterStreamId: id };
      await withStream(broker, id, client.call('Communicator.Download', args), (stream) => receive(stream, content));
    },
    uploadDirectory: async (destination, source, exclude) => {
      await client.call('Communicator.UploadDir', { Dst: destination, Src: source, Exclude: exclude });
    },
    downloadDirectory: async (source, destination, exclude) => {
      await client.call('Communicator.DownloadDir', { Dst: destination, Src: source, Exclude: exclude });
    },
  };
}

function fileInfo(file: UploadedFile | undefined): object | null {
  return file === undefined ? null : { N: file.name, S: file.size, M: file.mode, T: new Date() };
}

/** Moves what goes over a stream of a call until the call is answered; a refusal may come before the stream. */
async function withStream(
  broker: StreamBroker,
  id: number,
  call: Promise<unknown>,
  move: (stream: Duplex) => Promise<void>,
): Promise<void> {
  const moved = broker.accept(id).then(move);
  await Promise.race([call, moved.then(() => call)]);
  // An upload that was answered was read as far as the plugin wants it.
  await moved.catch(() => undefined);
}

async function send(content: Readable, stream: Duplex, signal?: AbortSignal): Promise<void> {
  stream.resume();
  await pipeline(content, stream, { ...(signal === undefined ? {} : { signal }) });
}

async function receive(stream: Duplex, content: Writable): Promise<void> {
  stream.end();
  await pipeline(stream, content);
}

async function run(client: RpcClient, broker: StreamBroker, wanted: PluginCommand): Promise<number> {
  const { command, stdin, stdout, stderr } = wanted;
  const over = new AbortController();
  const outputs: Promise<void>[] = [];
  /** The number of a stream for which `move` moves what goes over it; 0 where there is nothing to move. */
  function streamFor(move: ((stream: Duplex) => Promise<void>) | undefined, moves: Promise<void>[]): number {
    if (move === undefined) return 0;
    const id = broker.nextId();
    const moved = broker.accept(id).then(move);
    // When the call is refused, none of them comes.
    moved.catch(() => undefined);
    moves.push(moved);
    return id;
  }
  // Input that nobody ends, or that the command does not read, is given up when the command has ended.
  const StdinStreamId = streamFor(stdin && ((stream) => send(stdin, stream, over.signal)), []);
  const StdoutStreamId = streamFor(stdout && ((stream) => receive(stream, stdout)), outputs);
  const StderrStreamId = streamFor(stderr && ((stream) => receive(stream, stderr)), outputs);
  const ResponseStreamId = broker.nextId();
  const response = broker.accept(ResponseStreamId).then(readAll);
  response.catch(() => undefined);
  await client.call('Communicator.Start', {
    Command: command,
    StdinStreamId,
    StdoutStreamId,
    StderrStreamId,
    ResponseStreamId,
  });
  try {
    const [end] = await Promise.all([response, ...outputs]);
    return readCommandFinished(end);
  } finally {
    over.abort();
  }
}

async function readAll(stream: Duplex): Promise<Buffer> {
  stream.end();
  const parts: Buffer[] = [];
  stream.on('data', (part: Buffer) => parts.push(part));
  await finished(stream, { writable: false });
  return Buffer.concat(parts);
}
