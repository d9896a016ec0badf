import { open, type FileHandle } from 'node:fs/promises';
import { Writable, type Readable } from 'node:stream';
import type { Communicator, ExecOptions } from '../../../core/contract/communicator.ts';
import { openChroot } from '../../../core/communicators/chroot/index.ts';
import { connectGuest } from '../../../core/communicators/connect-guest.ts';
import { connectionData } from '../../../core/communicators/connection-data.ts';
import { noneCommunicator } from '../../../core/communicators/none.ts';
import type { CommunicatorOptions } from '../../../core/communicators/options.gen.ts';
import { ProtocolFault } from '../protocol/fault.ts';
import type {
  GuestDownloadParams,
  GuestDownloadTreeParams,
  GuestDownloadTreeResult,
  GuestExecParams,
  GuestExecResult,
  GuestProvisionParams,
  GuestReconnectParams,
  GuestUploadParams,
  GuestUploadTreeParams,
} from '../protocol/messages.gen.ts';
import type { Streams } from '../protocol/streams.ts';
import { buildOf } from './builds.ts';
import type { RunCall } from './run-call.ts';

/** Bytes of output that an answer may hold. */
const MOST_TEXT = 4 * 1024 * 1024;

/** What a call is answered with the help of. */
export interface Answering {
  readonly signal: AbortSignal;
  readonly streams: Streams;
}

function guestOf({ communicator }: RunCall): Communicator {
  if (communicator === undefined) throw new ProtocolFault('asks something of a guest, and only provisioners have one');
  return communicator;
}

function collector(): { readonly sink: Writable; readonly text: () => string } {
  const chunks: Buffer[] = [];
  let length = 0;
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      length += chunk.length;
      if (length <= MOST_TEXT) chunks.push(chunk);
      const isTooMuch = length > MOST_TEXT;
      done(isTooMuch ? new ProtocolFault('asked for more than 4 MiB of output as text: use a file or a stream') : null);
    },
  });
  sink.on('error', () => undefined);
  return { sink, text: () => Buffer.concat(chunks).toString('utf8') };
}

type Destination = GuestExecParams['stdout'];

interface Output {
  readonly sink: Writable | undefined;
  readonly text: () => string | undefined;
  /** Resolves when all that came is where it belongs. */
  readonly end: () => Promise<void>;
}

async function outputTo(destination: Destination, streams: Streams): Promise<Output> {
  if (destination === 'text') {
    const { sink, text } = collector();
    return { sink, text, end: () => ended(sink) };
  }
  if (typeof destination !== 'object') return { sink: undefined, text: () => undefined, end: () => Promise.resolve() };
  const sink =
    'stream' in destination
      ? streams.toPlugin(destination.stream)
      : (await open(destination.file, 'wx', 0o600)).createWriteStream();
  sink.on('error', () => undefined);
  return { sink, text: () => undefined, end: () => ended(sink) };
}

async function ended(sink: Writable): Promise<void> {
  if (sink.errored !== null) throw sink.errored;
  if (sink.closed) return;
  const closed = new Promise<void>((resolve, reject) => sink.once('close', resolve).once('error', reject));
  if (!sink.writableEnded) sink.end();
  await closed;
}

async function inputFrom(
  stdin: GuestExecParams['stdin'],
  streams: Streams,
): Promise<{ readonly stdin?: string | Readable; readonly file?: FileHandle }> {
  if (stdin === undefined) return {};
  if (typeof stdin === 'string') return { stdin };
  if ('stream' in stdin) return { stdin: streams.fromPlugin(stdin.stream) };
  const file = await open(stdin.file, 'r');
  return { stdin: file.createReadStream({ autoClose: false }), file };
}

/** `guest.exec`. */
export async function exec(call: RunCall, params: GuestExecParams, at: Answering): Promise<GuestExecResult> {
  const guest = guestOf(call);
  const { command, stdout: to = 'show', stderr: errorsTo = 'show', terminal, timeout } = params;
  const out = await outputTo(to, at.streams);
  const err = await outputTo(errorsTo, at.streams);
  const { stdin, file } = await inputFrom(params.stdin, at.streams);
  const shown = { stdout: to === 'show', stderr: errorsTo === 'show' };
  // A command whose output cannot be kept any more is ended, and does not wait for its reader.
  const broken = new AbortController();
  for (const { sink } of [out, err]) sink?.on('error', (error) => broken.abort(error));
  const options: ExecOptions = {
    signal: AbortSignal.any([at.signal, broken.signal]),
    onLine: (stream, line) => {
      if (shown[stream]) call.ui.output(stream, line);
    },
    ...(out.sink === undefined ? {} : { stdout: out.sink }),
    ...(err.sink === undefined ? {} : { stderr: err.sink }),
    ...(stdin === undefined ? {} : { stdin }),
    ...(terminal === undefined ? {} : { terminal }),
    ...(timeout === undefined ? {} : { timeout }),
  };
  try {
    const { exitStatus, ...others } = await guest.exec(command, options);
    await Promise.all([out.end(), err.end()]);
    const [text, errors] = [out.text(), err.text()];
    return {
      ...others,
      ...(exitStatus === undefined ? {} : { exitStatus }),
      ...(text === undefined ? {} : { stdout: text }),
      ...(errors === undefined ? {} : { stderr: errors }),
    };
  } catch (error) {
    throw broken.signal.aborted ? broken.signal.reason : error;
  } finally {
    out.sink?.destroy();
    err.sink?.destroy();
    if (stdin instanceof Object) stdin.destroy();
    await file?.close().catch(() => undefined);
  }
}

/** `guest.upload`. */
export async function upload(call: RunCall, params: GuestUploadParams, { signal }: Answering): Promise<object> {
  const { source, content = '', destination, mode } = params;
  const from = source === undefined ? { content } : { path: source };
  await guestOf(call).upload(from, destination, { signal, ...(mode === undefined ? {} : { mode }) });
  return {};
}

/** `guest.uploadTree`. */
export async function uploadTree(call: RunCall, params: GuestUploadTreeParams, { signal }: Answering): Promise<object> {
  const { directory, destination, name } = params;
  await guestOf(call).uploadTree(directory, destination, { signal, ...(name === undefined ? {} : { name }) });
  return {};
}

/** `guest.download`. */
export async function download(call: RunCall, params: GuestDownloadParams, { signal }: Answering): Promise<object> {
  await guestOf(call).download(params.source, params.destination, { signal });
  return {};
}

/** `guest.downloadTree`. */
export async function downloadTree(
  call: RunCall,
  { directory, destination }: GuestDownloadTreeParams,
  { signal }: Answering,
): Promise<GuestDownloadTreeResult> {
  const files: string[] = [];
  await guestOf(call).downloadTree(directory, destination, { signal, onFile: (path) => void files.push(path) });
  return { files };
}

/** `guest.reconnect`. */
export async function reconnect(call: RunCall, { timeout }: GuestReconnectParams, at: Answering): Promise<object> {
  await guestOf(call).reconnect({ timeout, signal: at.signal });
  return {};
}

async function guestFor(call: RunCall, guest: GuestProvisionParams['guest']): Promise<Communicator> {
  const build = buildOf(call);
  if (guest.by === 'none') return noneCommunicator;
  if (guest.by === 'chroot') {
    return openChroot({ root: guest.root, wrap: (command) => command, warn: (text) => build.warn(text) });
  }
  const { by: _by, ...known } = guest;
  if (!('communicator' in call.config)) {
    throw new ProtocolFault('wants Kiln to connect to a guest, and its schema has no "x-mixin": "kiln/communicator"');
  }
  return connectGuest(call.config as unknown as CommunicatorOptions, known, build);
}

/** `guest.provision`: connects to a builder's guest and has the template's provisioners run on it. */
export async function provision(call: RunCall, { guest, data }: GuestProvisionParams): Promise<object> {
  const build = buildOf(call);
  const communicator =
    guest.by === 'connect' ? await build.step('connect', () => guestFor(call, guest)) : await guestFor(call, guest);
  try {
    await build.provision(communicator, { ...connectionData(communicator), ...data });
  } finally {
    await communicator.close();
  }
  return {};
}
