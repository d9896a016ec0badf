import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { FarEnd } from './far-end.ts';

/** What a test sees of a directory of this machine in which a server keeps its files. */
export async function localPlace(): Promise<
  Pick<FarEnd, 'read' | 'names' | 'halves' | 'put' | 'stop'> & { readonly directory: string }
> {
  const directory = await mkdtemp(join(tmpdir(), 'kiln-far-end-'));
  const listed = async (): Promise<readonly string[]> => readdir(directory, { recursive: true });
  return {
    directory,
    read: (path) => readFile(join(directory, path)).catch(() => undefined),
    names: async (path) => {
      const names = await readdir(join(directory, path)).catch((): string[] => []);
      return names.filter((name) => !name.startsWith('.kiln')).sort();
    },
    halves: async () => (await listed()).filter((name) => name.endsWith('.part')),
    put: async (path, text) => {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), text);
    },
    stop: () => rm(directory, { recursive: true, force: true }),
  };
}
