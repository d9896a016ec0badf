import { execFileSync } from 'node:child_process';
import {
  closeSync,
  createWriteStream,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { gzipStream } from '../../../../post-processors/_archive/deflate.ts';
import { streamPieces } from '../../../../post-processors/_archive/pieces.ts';
import type { SparseFile } from '../../../../post-processors/_archive/sparse-file.ts';
import { sparseTar } from '../../../../post-processors/_archive/sparse-tar.ts';
import { lacks } from '../../../support/kiln/needs.ts';
import { noise } from '../../../support/upload/upload.ts';

const home = mkdtempSync(join(tmpdir(), 'kiln-sparse-tar-'));
afterAll(() => rmSync(home, { recursive: true }));

const MIB = 1_048_576;
const GIB = 1024 * MIB;
const reading = {
  signal: new AbortController().signal,
  meter: { add: () => undefined, finish: () => undefined },
};

/** A file with data at these places, and its extents. */
function diskOf(name: string, size: number, places: readonly (readonly [number, number])[]): SparseFile {
  const path = join(home, name);
  const file = openSync(path, 'w');
  ftruncateSync(file, size);
  for (const [start, length] of places) writeSync(file, noise(length, start + 1), 0, length, start);
  closeSync(file);
  return { path, size, extents: places.flatMap(([start, length]) => [start, length, start]) };
}

async function archiveOf(disk: SparseFile, name: string): Promise<string> {
  const path = join(home, name);
  await pipeline(
    Readable.from(gzipStream(streamPieces(sparseTar('disk.raw', disk, reading)), -1)),
    createWriteStream(path),
  );
  return path;
}

function tar(...args: readonly string[]): string {
  return execFileSync('tar', args, { encoding: 'utf8', cwd: home });
}

/** Many places, so that the map goes on in further blocks, one of them twice. */
const scattered = Array.from({ length: 60 }, (_, index) => [index * 3 * MIB, 4096 * (1 + (index % 5))] as const);

describe.skipIf(lacks(['qemu-img']))('an archive of a file with holes', () => {
  test.each([
    ['nothing but a hole', 64 * MIB, []],
    ['data from the start to the end', 2 * MIB, [[0, 2 * MIB]]],
    ['data in the middle', 64 * MIB, [[5 * MIB + 512, 3 * MIB]]],
    ['data at the end', 64 * MIB, [[64 * MIB - 512, 512]]],
    ['a map of several blocks', 256 * MIB, scattered],
    [
      'data behind 8 GiB',
      12 * GIB,
      [
        [0, 512],
        [11 * GIB + 4096, 70_000],
      ],
    ],
  ] as const)('%s: GNU tar makes the same file of it', async (_name, size, places) => {
    const disk = diskOf('disk', size, places);
    const archive = await archiveOf(disk, 'disk.tar.gz');
    execFileSync('gzip', ['-t', archive]);
    expect(tar('-tvSzf', archive)).toMatch(new RegExp(`^-rw-r--r-- root/root +${size} 1970-01-01 00:00 disk.raw\\n$`));
    tar('-xSzf', archive);
    // It reads no holes.
    execFileSync('qemu-img', ['compare', '-f', 'raw', '-F', 'raw', disk.path, join(home, 'disk.raw')]);
    // The holes are holes again.
    expect(statSync(join(home, 'disk.raw')).blocks * 512).toBeLessThan(places.length * 80_000 + 4 * MIB);
  });

  test('equal files make equal archives, wherever in their file the data lies', async () => {
    const disk = diskOf('here', 8 * MIB, [[MIB, 300_000]]);
    const moved = join(home, 'moved');
    writeFileSync(moved, Buffer.concat([Buffer.alloc(777), noise(300_000, MIB + 1)]));
    const one = await archiveOf(disk, 'one.tar.gz');
    const other = await archiveOf({ path: moved, size: disk.size, extents: [MIB, 300_000, 777] }, 'other.tar.gz');
    execFileSync('cmp', [one, other]);
  });

  test('it ends in a hole as large as the size says', async () => {
    const disk = diskOf('short', 1_000_000, [[0, 1_000_000]]);
    const archive = await archiveOf({ ...disk, size: GIB }, 'padded.tar.gz');
    tar('-xSzf', archive);
    expect(statSync(join(home, 'disk.raw')).size).toBe(GIB);
    execFileSync('cmp', ['-n', '1000000', disk.path, join(home, 'disk.raw')]);
  });
});
