import { createReadStream } from 'node:fs';
import { open, readdir, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { digestFile, makeDirectory } from '../../../../plugins/sdk/files.ts';
import { fileFailure } from '../../../_shared/file-failure.ts';
import type { Tree } from '../_tree/tree.ts';
import { writeSparsely } from './write-sparsely.ts';

const PART = 8 * 1_048_576;
function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

/** Files of this machine. */
export function localTree(signal: AbortSignal): Tree {
  async function at<T>(path: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw fileFailure(`cannot upload to ${path}`, 'UPLOAD_REFUSED', error, signal);
    }
  }
  const unlessMissing = <T>(work: Promise<T>): Promise<T | undefined> =>
    work.catch((error: unknown) => {
      if (!isMissing(error)) throw error;
      return undefined;
    });
  return {
    write: { partSize: PART, at: (path, position, bytes) => at(path, () => writeSparsely(path, position, bytes)) },
    look: (path) =>
      at(path, async () => {
        const found = await unlessMissing(stat(path));
        return found && { size: found.size, changed: found.mtimeMs, isDirectory: found.isDirectory() };
      }),
    list: (directory) => at(directory, async () => (await unlessMissing(readdir(directory))) ?? []),
    makeDirectory: (path) => at(path, () => makeDirectory(path)),
    put: (path, bytes) => at(path, () => writeFile(path, bytes)),
    read: (path, take) =>
      at(path, async () => {
        const stream = createReadStream(path, { highWaterMark: 1_048_576, signal });
        for await (const chunk of stream as AsyncIterable<Buffer>) take(chunk);
      }),
    move: (from, to) => at(to, () => rename(from, to)),
    settle: (path) =>
      at(path, async () => {
        await using file = await open(path, 'r+');
        await file.sync();
      }),
    remove: (path) => at(path, () => rm(path, { force: true })),
    room: (directory) =>
      at(directory, async () => {
        const { bavail, bsize } = await statfs(directory);
        return bavail * bsize;
      }),
    digest: (path) => at(path, async () => (await digestFile(path, ['sha256'], { signal })).get('sha256')),
    close: () => Promise.resolve(),
  };
}
