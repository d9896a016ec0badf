import { setFlagsFromString } from 'node:v8';

/** V8 lets a heap grow with what is thrown away, of which a process that waits for a server has nothing. */
const SMALL = ['--semi-space-growth-factor=1', '--heap-growing-percent=20'];
/** As V8 has them. */
const USUAL = ['--semi-space-growth-factor=2', '--heap-growing-percent=0'];

let held = 0;

/**
 * Keeps the heap of this process from growing until all who have asked for it are done. V8 has these settings for a whole
 * process only; they change when it collects garbage, and nothing else. An upload of 512 MiB through EBS direct takes 136 MiB
 * of memory so, and 176 without. Other ways do not do: a worker has limits of its own, but takes 27 MiB with the SDK in it
 * before its first block, and could use neither the connections nor the credentials of this thread; Node's option
 * `--max-semi-space-size` (145 MiB) would hold for all that Kiln does from its start on.
 */
export function keepHeapSmall(): Disposable {
  held += 1;
  if (held === 1) SMALL.forEach(setFlagsFromString);
  return {
    [Symbol.dispose]: () => {
      held -= 1;
      if (held === 0) USUAL.forEach(setFlagsFromString);
    },
  };
}
