import { open, stat, type FileHandle } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { throwIfCancelled } from '../../errors/cancelled.ts';
import { openInput } from '../open-input.ts';
import { joinReading } from '../reading-pace.ts';
import { createHasher, type DigestAlgorithm } from './algorithms.ts';
import { startHashThread, type HashThread } from './hash-thread.ts';
import { fileState, knownDigest, shareDigest } from './known-digests.ts';

/** Digests in lower-case hex. */
export type Digests = ReadonlyMap<DigestAlgorithm, string>;

/** What goes with a file's digests. */
export interface DigestOptions {
  readonly signal: AbortSignal;
  /** Called with the number of bytes that were read since the last call, of each byte of the file once. */
  readonly onBytes?: (bytes: number) => void;
}

/** A thread takes about 30 ms to start. */
const SMALL = 8_388_608;
const STRIDE = 8_388_608;

async function ofStream(path: string, wanted: readonly DigestAlgorithm[], options: DigestOptions): Promise<Digests> {
  const hashes = await Promise.all(wanted.map(async (name) => [name, await createHasher(name)] as const));
  for await (const chunk of (await openInput(path, options.signal)) as AsyncIterable<Buffer>) {
    for (const [, hash] of hashes) hash.update(chunk);
    options.onBytes?.(chunk.length);
  }
  return new Map(hashes.map(([name, hash]) => [name, hash.digest('hex')]));
}

/** One thread for each algorithm, as far as there are processors; all go through the file side by side. */
function threadsFor(wanted: readonly DigestAlgorithm[]): readonly (readonly DigestAlgorithm[])[] {
  const count = Math.min(wanted.length, availableParallelism());
  return Array.from({ length: count }, (_, thread) => wanted.filter((_name, index) => index % count === thread));
}

async function inThreads(
  path: string,
  file: FileHandle,
  size: number,
  wanted: readonly DigestAlgorithm[],
  { signal, onBytes }: DigestOptions,
): Promise<Digests> {
  using pace = await joinReading(path);
  await using stack = new AsyncDisposableStack();
  const threads = threadsFor(wanted).map((names): readonly [readonly DigestAlgorithm[], HashThread] => [
    names,
    stack.use(startHashThread(file.fd, names)),
  ]);
  const add = async (from: number, to: number): Promise<void> => {
    const adding = await Promise.allSettled(threads.map(([, thread]) => thread.add(from, to)));
    for (const result of adding) if (result.status === 'rejected') throw result.reason;
    onBytes?.(to - from);
    await pace.reach(to);
  };
  // One stride is asked for while the one before is read, so that the threads never wait for this one.
  let before = Promise.resolve();
  for (let from = 0; from < size; from += STRIDE) {
    throwIfCancelled(signal);
    const adding = add(from, Math.min(size, from + STRIDE));
    adding.catch(() => undefined);
    await before;
    before = adding;
  }
  await before;
  const digests = threads.map(async ([names, thread]) => {
    const values = await thread.digests();
    return names.map((name, index) => [name, values[index] ?? ''] as const);
  });
  return new Map((await Promise.all(digests)).flat());
}

async function compute(path: string, wanted: readonly DigestAlgorithm[], options: DigestOptions): Promise<Digests> {
  await using file = await open(path);
  const { size } = await file.stat();
  // Awaited here: the file is open until then.
  return await (size <= SMALL ? ofStream(path, wanted, options) : inThreads(path, file, size, wanted, options));
}

/** Computes digests that nobody knows nor computes, and lets others of this process wait for them. */
async function computeShared(
  path: string,
  state: string,
  wanted: readonly DigestAlgorithm[],
  options: DigestOptions,
): Promise<void> {
  const computed = compute(path, wanted, options).then(async (digests) => {
    if (fileState(await stat(path, { bigint: true })) === state) return digests;
    throw Object.assign(new Error('it was changed while it was read'), { code: 'CHANGED' });
  });
  for (const name of wanted)
    shareDigest(
      state,
      name,
      computed.then((digests) => digests.get(name) ?? ''),
    );
  await computed;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/**
 * Digests of a file. Each is computed once in this process as long as the file stays as it is, whoever asks for it and
 * whether at the same time or later. A large file is read beside the main thread. Throws what `throwIfCancelled` throws,
 * `NoFile`, and the system's error; one with the code CHANGED when somebody writes to the file meanwhile.
 */
export async function digestFile(
  path: string,
  wanted: readonly DigestAlgorithm[],
  options: DigestOptions,
): Promise<Digests> {
  const { signal } = options;
  const status = await stat(path, { bigint: true });
  if (!status.isFile()) return ofStream(path, wanted, options);
  const state = fileState(status);
  let read = false;
  for (;;) {
    throwIfCancelled(signal);
    const found = wanted.map((name) => [name, knownDigest(state, name)] as const);
    const missing = found.flatMap(([name, value]) => (value === undefined ? [name] : []));
    if (missing.length > 0) {
      await computeShared(path, state, missing, options);
      read = true;
      continue;
    }
    const others = found.flatMap(([, value]) => (typeof value === 'object' ? [value] : []));
    if (others.length === 0) {
      if (!read) options.onBytes?.(Number(status.size));
      return new Map(found.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : [])));
    }
    // Who computes it may fail or be cancelled; then this one does.
    await Promise.race([Promise.allSettled(others), untilAborted(signal)]);
  }
}
