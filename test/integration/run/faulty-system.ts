import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What becomes of a write to a journal; see faulty-system.c. */
export type Fault = 'kill-before' | 'kill-after' | 'torn' | 'eio' | 'eio-sync';

export interface FaultySystem extends Disposable {
  /** The environment in which the `at`-th write to a file with `file` in its name, counted from 1, goes wrong. */
  failing(fault: Fault, at: number, file?: string): Readonly<Record<string, string>>;
  /** The environment in which the wall clock jumps by so many seconds five times a second. */
  jumping(seconds: number): Readonly<Record<string, string>>;
}

/** Compiles a library that is loaded into Kiln before all others and makes the system fail there. */
export function faultySystem(): FaultySystem {
  const directory = mkdtempSync(join(tmpdir(), 'kiln-faulty-'));
  const library = join(directory, 'faulty-system.so');
  execFileSync('gcc', ['-shared', '-fPIC', '-o', library, join(import.meta.dirname, 'faulty-system.c')]);
  return {
    failing: (fault, at, file = '/journal.jsonl') => ({
      LD_PRELOAD: library,
      KILN_FAULT: fault,
      KILN_FAULT_AT: String(at),
      KILN_FAULT_FILE: file,
    }),
    jumping: (seconds) => ({ LD_PRELOAD: library, KILN_CLOCK_JUMP: String(seconds) }),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}
