// `import 'node:fs'` also loads Node's streams and readline, which takes longer than `kiln version` does.
const { writeSync } = process.getBuiltinModule('node:fs');

/** How long to wait, in milliseconds, for a reader whose pipe is full. */
const FULL_PIPE_WAIT = 5;

const gone = new Set<number>();

/**
 * Writes at once, so that nothing is lost when the process exits, and without Node's streams, whose loading takes
 * longer than most commands. A reader that has gone (`kiln build … | head`) is no reason to stop or to complain.
 */
function writeAll(descriptor: number, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0 && !gone.has(descriptor)) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EAGAIN') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PIPE_WAIT);
      else gone.add(descriptor);
    }
  }
}

export function print(text: string): void {
  writeAll(1, text);
}

export function printError(text: string): void {
  writeAll(2, text);
}
