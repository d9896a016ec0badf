import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** V8 lets a heap grow with what is thrown away, of which a process that waits for a server has nothing. */
const SMALL = ['--semi-space-growth-factor=1', '--heap-growing-percent=20'];
/** As V8 has them. */
const USUAL = ['--semi-space-growth-factor=2', '--heap-growing-percent=0'];

let held = 0;

/** What earlier work let the heap grow to goes back; V8 has no other way to ask for that. */
function shrink(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: object) => void;
  setFlagsFromString('--no-expose-gc');
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

/** Shrinks the heap of this process, and keeps it so until all who have asked for it are done. Takes about 50 ms. */
export function keepHeapSmall(): Disposable {
  held += 1;
  if (held === 1) {
    shrink();
    SMALL.forEach(setFlagsFromString);
  }
  return {
    [Symbol.dispose]: () => {
      held -= 1;
      if (held === 0) USUAL.forEach(setFlagsFromString);
    },
  };
}
