import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFloppy } from '../../../../../builders/qemu/media/programs.ts';
import { lacks } from '../../../../support/kiln/needs.ts';

test.skipIf(lacks(['mformat', 'mcopy']))('more names than a floppy has room for are told with a way out', async () => {
  const root = mkdtempSync(join(tmpdir(), 'kiln-floppy-'));
  try {
    const names = Array.from({ length: 300 }, (_each, number) => `f${number}`);
    mkdirSync(join(root, 'in/all'), { recursive: true });
    for (const name of names) for (const at of ['in', 'in/all']) writeFileSync(join(root, at, name), '');
    const { signal } = new AbortController();
    await expect(makeFloppy(join(root, 'in'), names, 'X', join(root, 'a.img'), signal)).rejects.toMatchObject({
      code: 'FLOPPY_FULL',
      message: expect.stringContaining('224 names') as string,
      hint: expect.stringContaining('floppy_dirs') as string,
    });
    await makeFloppy(join(root, 'in'), ['all'], 'X', join(root, 'b.img'), signal);
  } finally {
    rmSync(root, { recursive: true });
  }
});
