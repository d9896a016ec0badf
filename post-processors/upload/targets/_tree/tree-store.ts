import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { StepError } from '../../../../plugins/sdk/index.ts';
import { sha256Of } from '../../send/digest-source.ts';
import { damaged, mayPass, refused } from '../../../_transfer/failure.ts';
import { halfText } from '../half.ts';
import type { Half, Store, Upload, UploadFile } from '../store.ts';
import type { Tree } from './tree.ts';
import { treeRecords } from './tree-records.ts';

/** Parts that are on their way at once: one is read while another one is sent. */
const AT_ONCE = 2;

export interface TreeStoreOptions {
  readonly urlOf: (name: string) => string;
  /** The tree's path for a name at the target. */
  readonly pathOf: (name: string) => string;
  /** Whether to note what was uploaded, so that it can be removed later. */
  readonly noted: boolean;
  readonly signal: AbortSignal;
}

async function digestOf(tree: Tree, path: string): Promise<string> {
  const known = await tree.digest(path);
  if (known !== undefined) return known;
  const hash = createHash('sha256');
  await tree.read(path, (chunk) => hash.update(chunk));
  return hash.digest('hex');
}

/** Bytes are needed in this directory, or in the next one above it that exists. */
async function checkRoom(tree: Tree, directory: string, bytes: number, url: string): Promise<void> {
  const found = await tree.look(directory);
  const above = posix.dirname(directory);
  if (found === undefined && above !== directory) return checkRoom(tree, above, bytes, url);
  if (found?.isDirectory === false) throw refused(`${url} cannot be made: ${directory} is no directory`);
  const room = found === undefined ? undefined : await tree.room(directory);
  if (room !== undefined && room < bytes) {
    throw refused(`${url} has no room: ${bytes} bytes are to go there, and ${room} are free`);
  }
}

/** So little room means that a write failed for want of it. Bytes. */
const FULL = 1_048_576;

/** Writes; servers of SFTP do not say why that fails, so that the room that is left has to. */
async function writing(tree: Tree, path: string, url: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (mayPass(error) || !(error instanceof StepError)) throw error;
    const room = await tree.room(posix.dirname(path)).catch(() => undefined);
    if (room === undefined || room >= FULL) throw error;
    throw refused(`${url}: the target is full: ${room} bytes are free there`, 'free some space there', error);
  }
}

/** A target that is a tree of files: a file has another name beside its own until it is whole. */
export function treeStore(tree: Tree, options: TreeStoreOptions): Store {
  const { urlOf, pathOf, signal } = options;
  const records = treeRecords(tree, pathOf);

  const partOf = (name: string, token: string): string =>
    posix.join(posix.dirname(pathOf(name)), `.kiln-${token}.part`);

  async function note(file: UploadFile): Promise<void> {
    if (options.noted) await records.note(file);
  }

  async function isPublished(file: UploadFile, sha256: string): Promise<boolean> {
    const there = await tree.look(pathOf(file.name));
    return there?.size === file.size && (await digestOf(tree, pathOf(file.name))) === sha256;
  }

  async function publish(part: string, file: UploadFile, sha256: string): Promise<void> {
    const url = urlOf(file.name);
    const there = await tree.look(part);
    if (there === undefined) {
      // The reply to an earlier attempt was lost, or somebody has removed it.
      if (!(await isPublished(file, sha256))) throw damaged(url, 'it is not there any more');
      return note(file);
    }
    if (there.size !== file.size) throw damaged(url, `${there.size} of ${file.size} bytes are there`);
    await tree.settle(part);
    const digest = await digestOf(tree, part);
    if (digest !== sha256) throw damaged(url, `its SHA-256 is ${digest} instead of ${sha256}`);
    await tree.move(part, pathOf(file.name));
    await note(file);
  }

  function uploadTo(part: string, size: number, file: UploadFile): Upload {
    const finish = { publish: (sha256: string) => publish(part, file, sha256) };
    const { write } = tree;
    const written = (work: () => Promise<void>): Promise<void> => writing(tree, part, urlOf(file.name), work);
    if ('whole' in write) {
      return { ...finish, send: (onBytes, stop) => written(() => write.whole(part, file, onBytes, stop)) };
    }
    const { partSize } = write;
    // What was under way when the connection was lost may have a gap before it.
    const until = Math.max(0, Math.floor(size / partSize) - AT_ONCE) * partSize;
    return {
      ...finish,
      partSize,
      atOnce: AT_ONCE,
      isThere: ({ position, length }) => length > 0 && position + length <= until,
      put: ({ position }, bytes, stop) => written(() => write.at(part, position, bytes, stop)),
    };
  }

  return {
    urlOf,
    check: async (files) => {
      const bytes = files.reduce((sum, { size }) => sum + size, 0);
      for (const { name } of files) {
        if ((await tree.look(pathOf(name)))?.isDirectory === true) throw refused(`${urlOf(name)} is a directory`);
        await checkRoom(tree, posix.dirname(pathOf(name)), bytes, urlOf(name));
      }
    },
    begin: async ({ name }, token): Promise<Half> => {
      const part = partOf(name, token);
      await tree.makeDirectory(posix.dirname(part));
      if ('at' in tree.write) await tree.write.at(part, 0, Buffer.alloc(0), signal);
      return { part };
    },
    open: async (half, file) => {
      const part = halfText(half, 'part');
      const there = await tree.look(part);
      if (there !== undefined) return there.size > file.size ? undefined : uploadTo(part, there.size, file);
      if ('whole' in tree.write && (await tree.look(pathOf(file.name)))?.size !== file.size)
        return uploadTo(part, 0, file);
      if (!(await isPublished(file, await sha256Of(file, signal)))) {
        return 'whole' in tree.write ? uploadTo(part, 0, file) : undefined;
      }
      await note(file);
      return 'published';
    },
    discard: async (half) => {
      await tree.remove(halfText(half, 'part'));
    },
    find: async (token, name) => {
      const part = partOf(name, token);
      return (await tree.look(part)) === undefined ? [] : [{ part }];
    },
    retention: records,
    close: () => tree.close(),
  };
}
