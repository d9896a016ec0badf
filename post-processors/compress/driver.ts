import { Readable } from 'node:stream';
import { runProgram } from '../../plugins/sdk/host.ts';

/** Arguments that make each program a filter. */
const filters = {
  xz: ['-c', '-T0'],
  bzip2: ['-c'],
  lz4: ['-c', '-q'],
} as const;

/**
 * Sends `source` through a program into the new file `path`. `level` is -1 for the program's default. Throws what
 * `source` throws, and what `runProgram` does.
 */
export async function compressWithProgram(
  program: 'xz' | 'bzip2' | 'lz4',
  level: number,
  source: AsyncIterable<Buffer>,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const args = [...filters[program], ...(level === -1 ? [] : [`-${level}`])];
  await runProgram(program, args, { signal, stdin: Readable.from(source), stdoutFile: path });
}
