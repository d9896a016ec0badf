import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { command, place, type Ended } from '../../cli/run-kiln.ts';

const script = join(import.meta.dirname, 'at-terminal.py');

/** Runs Kiln at a terminal; each of `typed` is what to wait for and what to type then. */
export function atTerminal(
  args: readonly string[],
  typed: readonly (readonly [string, string])[],
  env: NodeJS.ProcessEnv = {},
): Promise<Omit<Ended, 'stderr'>> {
  const child = spawn('python3', [script, ...command(args)], {
    ...place({ NO_COLOR: '1', ...env }),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stdin.end(typed.map((pair) => `${pair.join('\t')}\n`).join(''));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout: stdout.replaceAll('\r', '') })));
}
