import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { makeSourceDisk } from './volume-disks.ts';

/** A disk with a small Linux for the tests around the call, made before the first of them. */
export function sourceDisk(): { readonly directory: string; readonly disk: string } {
  const source = { directory: '', disk: '' };
  beforeAll(async () => {
    source.directory = mkdtempSync(join(tmpdir(), 'kiln-chroot-source-'));
    source.disk = await makeSourceDisk(source.directory);
  });
  afterAll(() => rmSync(source.directory, { recursive: true }));
  return source;
}
