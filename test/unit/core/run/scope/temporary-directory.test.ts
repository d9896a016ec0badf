import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory, writeTemporaryFile } from '../../../../../core/run/scope/temporary-directory.ts';
import { acquireForTest } from '../../../../support/acquire.ts';
import { mountSmallDisk } from '../../../../support/qemu/small-disk.ts';

test.each(['/proc/none', import.meta.filename, `/tmp/${'n'.repeat(300)}`])(
  'a place where no temporary files can be is named, with TMPDIR: %s',
  async (place) => {
    await expect(temporaryDirectory(acquireForTest(), 'files', place)).rejects.toMatchObject({
      code: 'TEMPORARY_DIRECTORY',
      message: expect.stringContaining(place) as string,
      hint: expect.stringContaining('TMPDIR') as string,
    });
  },
);

test('a file for which no room is left is named, with its directory and TMPDIR', async (context) => {
  const place = await mkdtemp(join(tmpdir(), 'kiln-full-'));
  const disk = await mountSmallDisk(place, 16);
  try {
    if (disk === undefined) return context.skip('no file system can be mounted here');
    await writeTemporaryFile(join(place, 'small'), 'x');
    expect((await stat(join(place, 'small'))).mode & 0o777).toBe(0o600);
    await expect(writeTemporaryFile(join(place, 'script'), 'x'.repeat(100_000), 0o700)).rejects.toMatchObject({
      code: 'TEMPORARY_DIRECTORY',
      message: `no space left for the temporary file script in ${place}`,
      hint: expect.stringContaining('TMPDIR') as string,
    });
  } finally {
    await disk?.unmount();
    await rm(place, { recursive: true });
  }
});
