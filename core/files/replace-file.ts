import { constants } from 'node:fs';
import { access, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { StepError } from '../errors/errors.ts';
import { newId } from '../text/new-id.ts';
import { syncDirectory } from './sync-to-disk.ts';
import { writeLike } from './write-like.ts';

/** Nobody sees half of it, and a full disk leaves the old one. */
async function replaceByMove(target: string, text: string): Promise<void> {
  const beside = join(dirname(target), `.${basename(target)}.kiln-${newId()}`);
  try {
    await writeLike(target, beside, text, 0o600);
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncDirectory(dirname(target));
}

/** Keeps the other names of a file, and its owner; what was there is written back when there is no room. */
async function overwrite(target: string, text: string): Promise<void> {
  await using file = await open(target, 'r+');
  const before = await file.readFile();
  const write = async (content: Buffer): Promise<void> => {
    for (let at = 0; at < content.length;) at += (await file.write(content, at, content.length - at, at)).bytesWritten;
    await file.truncate(content.length);
    await file.sync();
  };
  try {
    await write(Buffer.from(text));
  } catch (error) {
    await write(before);
    throw error;
  }
}

async function mayMake(directory: string): Promise<boolean> {
  return access(directory, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}

/**
 * Gives a file of the user's another text; links to it, its mode and its owner stay. When that fails it is as it was.
 * Throws `StepError` OUTPUT_NOT_WRITTEN.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  try {
    const target = await realpath(path);
    // A move would not ask.
    await access(target, constants.W_OK);
    const { nlink, uid } = await stat(target);
    const movable = nlink === 1 && uid === process.geteuid?.() && (await mayMake(dirname(target)));
    await (movable ? replaceByMove(target, text) : overwrite(target, text));
  } catch (error) {
    throw new StepError(`cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`, {
      code: 'OUTPUT_NOT_WRITTEN',
      hint: 'the file is as it was; free some space, or see who may write to it',
      cause: error,
    });
  }
}
