import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { directory, path, type Ended } from '../cli/run-kiln.ts';

const root = join(import.meta.dirname, '../..');

/** Runs Kiln at a terminal; each of `typed` is what to wait for and what to type then. */
export function atTerminal(
  args: readonly string[],
  typed: readonly (readonly [string, string])[],
): Promise<Omit<Ended, 'stderr'>> {
  const program = [join(root, '.kiln/node/node'), join(root, 'dist/cli.cjs'), ...args];
  const child = spawn('python3', [join(root, 'test/support/at-terminal.py'), ...program], {
    cwd: directory,
    env: {
      ...process.env,
      KILN_STATE_DIR: path('state'),
      KILN_CACHE_DIR: path('cache'),
      KILN_SETUP: '0',
      NO_COLOR: '1',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stdin.end(typed.map((pair) => `${pair.join('\t')}\n`).join(''));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout: stdout.replaceAll('\r', '') })));
}
