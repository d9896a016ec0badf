import { availableParallelism } from 'node:os';

/** Node takes so many whatever the machine has. */
const NODES_OWN = 4;

/**
 * Has Node's own threads, which read files and compress, be as many as keep all processors busy. They start when they are
 * first needed, so this comes first of all. A size that the user's environment says stays.
 */
export function sizeThreadPool(environment: NodeJS.ProcessEnv, processors: number = availableParallelism()): void {
  const size = processors + 2;
  if (size > NODES_OWN) environment['UV_THREADPOOL_SIZE'] ??= String(size);
}
