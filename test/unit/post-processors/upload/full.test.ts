import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { mountSmallDisk } from '../../../support/qemu/small-disk.ts';
import { startFaultyProxy } from '../../../support/upload/faulty-proxy.ts';
import { httpEnd, localEnd, sshEnd, type DirectoryEnd } from '../../../support/upload/far-ends.ts';
import { failureOf, fileOf, noise, upload } from '../../../support/upload/upload.ts';

const MIB = 1_048_576;

/** A target on a disk of 24 MiB, and that disk's directory; undefined where nothing may be mounted. */
async function smallTarget(
  start: () => Promise<DirectoryEnd>,
): Promise<{ readonly farEnd: DirectoryEnd; readonly directory: string } | undefined> {
  const farEnd = await start();
  const directory = join(farEnd.directory, 'small');
  const disk = await mountSmallDisk(directory, 24 * 1024);
  onTestFinished(async () => {
    // rsync's far end may still be there for a moment.
    await vi.waitFor(() => disk?.unmount(), { timeout: 10_000, interval: 100 });
    await farEnd.stop();
  });
  return disk === undefined ? undefined : { farEnd, directory };
}

const kinds = [
  ['a directory', localEnd],
  ['an SSH server, by SFTP', () => sshEnd('sftp')],
  ['an SSH server, by rsync', () => sshEnd('rsync')],
] as const;

describe.each(kinds)('%s', (_kind, start) => {
  test('that has no room is not begun with', async () => {
    const small = await smallTarget(start);
    if (small === undefined) return;
    const run = await upload([await fileOf('disk', noise(30 * MIB))], { targets: [small.farEnd.target('small/')] });
    expect(failureOf(run)).toMatch(
      /^UPLOAD_REFUSED: .*small\/disk has no room: 31457280 bytes .*, and 251\d+ are free$/,
    );
    expect(await readdir(small.directory)).toEqual([]);
  });
});

test.each(kinds.slice(1))(
  '%s that gets full meanwhile is said to be, and nothing stays there',
  async (_kind, start) => {
    const small = await smallTarget(start);
    if (small === undefined) return;
    const { farEnd, directory } = small;
    const proxy = await startFaultyProxy(farEnd.port!);
    onTestFinished(() => proxy.close());
    await writeFile(join(directory, 'disk'), 'the one before');
    proxy.breakAfter(12 * MIB, 'stall');
    const running = upload([await fileOf('disk', noise(20 * MIB))], {
      targets: [farEnd.target('small/', proxy.port)],
      stall_timeout: '3s',
    });
    await expect.poll(() => proxy.done(), { timeout: 30_000 }).toBe(true);
    // Somebody else takes what is left.
    await writeFile(join(directory, 'other'), Buffer.alloc(24 * MIB)).catch(() => undefined);
    expect(failureOf(await running)).toMatch(
      /^UPLOAD_REFUSED: .*small\/disk: the target is full: \d+ bytes are free there$/,
    );
    expect((await stat(join(directory, 'disk'))).size).toBe(14);
    expect((await readdir(directory)).sort()).toEqual(['disk', 'other']);
    await rm(join(directory, 'other'));
  },
  60_000,
);

test('a server of WebDAV whose disk is full shows no part of a file', async () => {
  const small = await smallTarget(() => httpEnd('webdav'));
  if (small === undefined) return;
  await writeFile(join(small.directory, 'disk'), 'the one before');
  const run = await upload([await fileOf('disk', noise(30 * MIB))], {
    targets: [small.farEnd.target('small/')],
    retry_for: '2s',
  });
  expect(failureOf(run)).toMatch(/^UPLOAD_INTERRUPTED: write .* 500/);
  expect((await stat(join(small.directory, 'disk'))).size).toBe(14);
  // nginx, whose bodies are on another disk here, leaves its own half copies: "….part.0000000002".
  expect((await readdir(small.directory)).filter((name) => !/\.part\.\d+$/.test(name))).toEqual(['disk']);
});
