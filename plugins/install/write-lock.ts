import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StepError } from '../../core/errors/errors.ts';
import { makeDirectory } from '../../core/files/make-directory.ts';
import { replaceFile } from '../../core/files/replace-file.ts';
import { holdLock } from '../../core/locks/queue-lock.ts';
import { newId } from '../../core/text/new-id.ts';
import { LOCK_VERSION, type Lock, type LockedPlugin } from '../installed/lock.ts';
import { storeDirectory } from '../installed/place.ts';
import { readLock } from '../installed/read-lock.ts';

function textOf(plugins: ReadonlyMap<string, LockedPlugin>): string {
  const sorted = [...plugins].sort(([one], [other]) => (one < other ? -1 : 1));
  return `${JSON.stringify({ lockVersion: LOCK_VERSION, plugins: Object.fromEntries(sorted) }, undefined, 2)}\n`;
}

/** Whole or not at all: a full disk leaves nothing. */
async function writeNew(path: string, text: string): Promise<void> {
  const beside = join(dirname(path), `.${newId()}.kiln`);
  try {
    await makeDirectory(dirname(path));
    const file = await open(beside, 'wx', 0o666);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true });
    throw new StepError(`cannot write ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      code: 'OUTPUT_NOT_WRITTEN',
      hint: 'free some space, or see who may write there; nothing was changed',
      cause,
    });
  }
}

/**
 * Changes a lock file: what `change` makes of what it pins at that moment, whoever else changes it meanwhile. Throws what
 * `readLock` and `change` throw, and `StepError` OUTPUT_NOT_WRITTEN.
 */
export async function changeLock(
  path: string,
  cache: string,
  signal: AbortSignal,
  change: (plugins: ReadonlyMap<string, LockedPlugin>) => ReadonlyMap<string, LockedPlugin>,
): Promise<Lock> {
  const name = createHash('sha256').update(path).digest('hex').slice(0, 24);
  await using _held = await holdLock(join(storeDirectory(cache), `.locks/${name}`), signal, () => undefined);
  const before = readLock(path);
  const plugins = change(before.plugins);
  const text = textOf(plugins);
  if (text !== textOf(before.plugins) || !existsSync(path)) {
    await (existsSync(path) ? replaceFile(path, text) : writeNew(path, text));
  }
  return { path, plugins };
}
