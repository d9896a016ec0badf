import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lacks } from '../../support/kiln/needs.ts';
import { stackTrace } from '../../cli/run-kiln.ts';
import { crashPlace } from './crash-place.ts';

const MEBIBYTE = 1024 * 1024;

/** A file system that says it has room, on a disk that fails above a few MiB. */
interface FailingDisk extends Disposable {
  readonly path: string;
}

function failingDisk(): FailingDisk {
  const directory = mkdtempSync(join(tmpdir(), 'kiln-failing-disk-'));
  const [small, path] = [join(directory, 'small'), join(directory, 'disk')];
  const image = join(small, 'image');
  const run = (program: string, ...args: readonly string[]): unknown =>
    execFileSync(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  mkdirSync(small);
  mkdirSync(path);
  run('mount', '-t', 'tmpfs', '-o', 'size=6m', 'none', small);
  writeFileSync(image, '');
  truncateSync(image, 64 * MEBIBYTE);
  run('mkfs.ext4', '-q', '-O', '^has_journal', image);
  run('mount', '-o', 'loop,errors=continue', image, path);
  return {
    path,
    [Symbol.dispose]: () => {
      run('umount', path);
      // The loop device lets go of it a moment later.
      run('umount', '--lazy', small);
      rmSync(directory, { recursive: true });
    },
  };
}

describe.skipIf(lacks(['mkfs.ext4', 'mount'], true))('on a disk that fails when the system gets to writing', () => {
  test.each(['a file', 'a compressed file'])(
    '%s that does not fit is no output, and the build fails',
    async (what) => {
      using disk = failingDisk();
      const output = join(disk.path, 'made');
      const packed = what === 'a compressed file';
      const big = `${disk.path}-source`;
      writeFileSync(big, randomBytes(12 * MEBIBYTE));
      await using place = crashPlace((home) => ({
        builders: [{ type: 'file', source: big, target: packed ? join(home, 'out/big') : output }],
        ...(packed ? { 'post-processors': [{ type: 'compress', output, format: 'gz', compression_level: 1 }] } : {}),
      }));
      const built = await place.kiln(['build', 'web.json']);
      const told = built.stdout + built.stderr;
      expect(built.code, told).toBe(1);
      expect(told).toContain(`cannot write ${output}: `);
      expect(told).toMatch(/EIO|ENOSPC/);
      expect(told).toContain('OUTPUT_NOT_WRITTEN');
      expect(told).not.toMatch(stackTrace);
      expect(readdirSync(disk.path)).toEqual(['lost+found']);
      await place.expectNothingLeft();
    },
    60_000,
  );

  test('what fits is there', async () => {
    using disk = failingDisk();
    const output = join(disk.path, 'made');
    await using place = crashPlace(() => ({ builders: [{ type: 'file', content: 'made', target: output }] }));
    const built = await place.kiln(['build', 'web.json']);
    expect(built.code, built.stdout + built.stderr).toBe(0);
    expect(readFileSync(output, 'utf8')).toBe('made');
  });
});
