import { Worker } from 'node:worker_threads';
import { algorithms, type DigestAlgorithm } from './algorithms.ts';

/** Reads a file and computes its digests beside the main thread, which does other things meanwhile. */
export interface HashThread {
  /** Adds the bytes from one place of the file to another. Rejects with the system's error. */
  add(from: number, to: number): Promise<void>;
  /** In lower-case hex, in the order of the algorithms. */
  digests(): Promise<readonly string[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Task {
  readonly fd: number;
  readonly hashes: readonly string[];
}

/** Without a range, the digests are asked for. */
interface Order {
  readonly range: readonly [from: number, to: number] | undefined;
}

interface Answer {
  readonly digests?: readonly string[];
  readonly failure?: { readonly message: string; readonly code: string | undefined };
}

/** What the thread does. It is given to the thread as text, so it names nothing of this file. */
function work(): void {
  const { parentPort, workerData: task } = process.getBuiltinModule('node:worker_threads');
  const { readSync } = process.getBuiltinModule('node:fs');
  const { createHash } = process.getBuiltinModule('node:crypto');
  const { fd, hashes: names } = task as Task;
  const hashes = names.map((name) => createHash(name));
  const buffer = Buffer.allocUnsafeSlow(262_144);
  const add = (from: number, to: number): void => {
    for (let at = from; at < to;) {
      const length = readSync(fd, buffer, 0, Math.min(buffer.length, to - at), at);
      if (length === 0) throw Object.assign(new Error('it became shorter while it was read'), { code: 'EOF' });
      const chunk = buffer.subarray(0, length);
      for (const hash of hashes) hash.update(chunk);
      at += length;
    }
  };
  const answer = ({ range }: Order): Answer => {
    try {
      if (range === undefined) return { digests: hashes.map((hash) => hash.digest('hex')) };
      add(...range);
      return {};
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      return { failure: { message, code } };
    }
  };
  parentPort?.on('message', (order: Order) => parentPort.postMessage(answer(order)));
}

/** `fd` has to stay open until the thread is disposed of. */
export function startHashThread(fd: number, wanted: readonly DigestAlgorithm[]): HashThread {
  const task: Task = { fd, hashes: wanted.map((name) => algorithms[name]) };
  const thread = new Worker(`(${work.toString()})()`, { eval: true, workerData: task });
  let waiting: PromiseWithResolvers<Answer> | undefined;
  thread.on('message', (answer: Answer) => waiting?.resolve(answer));
  thread.on('error', (error) => waiting?.reject(error));
  const ask = (order: Order): Promise<Answer> => {
    waiting = Promise.withResolvers();
    thread.postMessage(order);
    return waiting.promise;
  };
  const asked = async (order: Order): Promise<readonly string[]> => {
    const { digests = [], failure } = await ask(order);
    if (failure !== undefined) throw Object.assign(new Error(failure.message), { code: failure.code });
    return digests;
  };
  return {
    add: async (from, to) => {
      await asked({ range: [from, to] });
    },
    digests: () => asked({ range: undefined }),
    [Symbol.asyncDispose]: async () => {
      await thread.terminate();
    },
  };
}
