import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Npm } from './npm.ts';
import { openMirror } from './mirror.ts';

/** npm as the user has configured it; or, with the path of a mirror, npm that asks nobody but that. */
export async function openNpm(mirror: string, signal: AbortSignal): Promise<Npm & AsyncDisposable> {
  if (mirror === '') return { flags: [], signal, [Symbol.asyncDispose]: () => Promise.resolve() };
  const open = await openMirror(resolve(mirror));
  // Neither another registry for some names nor what npm remembers of it may count.
  const place = await mkdtemp(join(tmpdir(), 'kiln-npm-'));
  const [user, everybody] = [join(place, 'user'), join(place, 'global')];
  await Promise.all([writeFile(user, ''), writeFile(everybody, '')]);
  return {
    flags: [
      `--registry=${open.url}`,
      `--userconfig=${user}`,
      `--globalconfig=${everybody}`,
      `--cache=${join(place, 'cache')}`,
      '--no-proxy',
      '--fetch-retries=0',
    ],
    signal,
    [Symbol.asyncDispose]: async () => {
      await open[Symbol.asyncDispose]();
      await rm(place, { recursive: true, force: true });
    },
  };
}
