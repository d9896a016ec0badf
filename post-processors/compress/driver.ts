import { availableParallelism } from 'node:os';
import { Readable, Writable } from 'node:stream';
import { runProgram } from '../../plugins/sdk/host.ts';
import { mapInOrder } from '../_archive/ordered.ts';
import { releasing, type Pieces } from '../_archive/pieces.ts';

/** Arguments that make each program a filter. */
const filters = {
  xz: ['-c', '-T0'],
  lz4: ['-c', '-q'],
  bzip2: ['-c'],
} as const;

/** Of a bzip2 stream, nine of the largest blocks that bzip2 makes. */
const BZIP2_PIECE = 8_100_000;

function argumentsOf(program: keyof typeof filters, level: number): readonly string[] {
  return [...filters[program], ...(level === -1 ? [] : [`-${level}`])];
}

/**
 * Sends `source` through a program into the new file `path`. `level` is -1 for the program's default. Throws what
 * `source` throws, and what `runProgram` does.
 */
export async function compressWithProgram(
  program: 'xz' | 'lz4',
  level: number,
  source: AsyncIterable<Buffer>,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  await runProgram(program, argumentsOf(program, level), { signal, stdin: Readable.from(source), stdoutFile: path });
}

async function bzip2Stream(piece: Buffer, level: number, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const stdoutTo = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  await runProgram('bzip2', argumentsOf('bzip2', level), { signal, stdin: piece, stdoutTo });
  return Buffer.concat(chunks);
}

/** Several bzip2 streams in a row, which is one to all that read bzip2: the program itself uses one core. */
export async function* bzip2Streams(pieces: Pieces, level: number, signal: AbortSignal): AsyncGenerator<Buffer, void> {
  let isEmpty = true;
  const compressed = mapInOrder(pieces(BZIP2_PIECE), availableParallelism(), async (piece) => {
    using _released = releasing(piece);
    return await bzip2Stream(piece.bytes, level, signal);
  });
  for await (const stream of compressed) {
    isEmpty = false;
    yield stream;
  }
  if (isEmpty) yield bzip2Stream(Buffer.alloc(0), level, signal);
}
