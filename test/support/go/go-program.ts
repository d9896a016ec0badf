import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A program that the Go module proxy has as source. */
export interface GoProgram {
  readonly name: string;
  /** Import path of its main package. */
  readonly path: string;
  readonly version: string;
}

/**
 * Path of the program, built at the first use, which takes minutes, and kept outside of the tree. Undefined, and the
 * reason is printed, when that fails; throws in CI.
 */
export function goProgram({ name, path, version }: GoProgram): string | undefined {
  const cache = join(homedir(), '.cache/kiln-test/go');
  const bin = join(cache, 'bin', `${name}-${version}`);
  const program = join(bin, name);
  const script = '[ -x "$1" ] || exec nice go install "$2"';
  try {
    mkdirSync(bin, { recursive: true });
    // One build at a time: each takes a GiB or two of memory.
    execFileSync('flock', [join(cache, 'lock'), 'sh', '-c', script, 'sh', program, `${path}@${version}`], {
      stdio: 'pipe',
      env: { ...process.env, GOBIN: bin, GOFLAGS: '-p=2' },
    });
    return program;
  } catch (error) {
    const reason = `${name} cannot be built: ${error instanceof Error ? error.message : String(error)}`;
    if (process.env['CI'] === 'true') throw new Error(reason, { cause: error });
    console.warn(`skipped: ${reason}`);
    return undefined;
  }
}
