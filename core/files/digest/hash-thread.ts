import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { algorithms, type DigestAlgorithm, type Hasher } from './algorithms.ts';

/** Reads a file and computes its digests beside the main thread, which does other things meanwhile. */
export interface HashThread {
  /** Adds the bytes from one place of the file to another, after those asked for before. Rejects with the system's error. */
  add(from: number, to: number): Promise<void>;
  /** In lower-case hex, in the order of the algorithms. */
  digests(): Promise<readonly string[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Task {
  readonly fd: number;
  /** By Node's names; undefined is BLAKE3. */
  readonly hashes: readonly (string | undefined)[];
  /** A file in the directory from which packages are found. */
  readonly here: string;
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
async function work(): Promise<void> {
  const threads = process.getBuiltinModule('node:worker_threads');
  const { parentPort } = threads;
  const { readSync } = process.getBuiltinModule('node:fs');
  const { createHash } = process.getBuiltinModule('node:crypto');
  const { createRequire } = process.getBuiltinModule('node:module');
  const task = threads.workerData as Task;
  const blake3 = (): Promise<Hasher> =>
    (createRequire(task.here)('hash-wasm') as typeof import('hash-wasm')).createBLAKE3();
  const hashes = await Promise.all(
    task.hashes.map(async (name): Promise<Hasher> => (name === undefined ? blake3() : createHash(name))),
  );
  const buffer = Buffer.allocUnsafeSlow(262_144);
  const add = (from: number, to: number): void => {
    for (let at = from; at < to;) {
      const length = readSync(task.fd, buffer, 0, Math.min(buffer.length, to - at), at);
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
  const hashes = wanted.map((name) => algorithms[name]);
  const task: Task = { fd, hashes, here: join(import.meta.dirname, 'hash-thread.ts') };
  const thread = new Worker(`(${work.toString()})()`, { eval: true, workerData: task });
  // In the order in which they were asked, which is that of the answers.
  const waiting: PromiseWithResolvers<Answer>[] = [];
  thread.on('message', (answer: Answer) => waiting.shift()?.resolve(answer));
  thread.on('error', (error) => {
    for (const each of waiting.splice(0)) each.reject(error);
  });
  const ask = (order: Order): Promise<Answer> => {
    const answer = Promise.withResolvers<Answer>();
    waiting.push(answer);
    thread.postMessage(order);
    return answer.promise;
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
