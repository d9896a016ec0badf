import { link, lstat, mkdir, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { StepError } from '../../errors/errors.ts';
import type { BuildRun } from '../../contract/build-run.ts';
import { emptyDirectoryKind, pathKind } from '../scope/kinds.ts';
import { makeDirectory } from '../../files/make-directory.ts';
import { notePublishing, replacedIn, stageKind, unpublish } from './output-stage.ts';
import { adoptOutputLock, lockOutput } from './output-lock.ts';
import { protectPlaces, refuseProtected } from './protected-places.ts';
import type { Acquired, ResourceKind } from '../../contract/resource.ts';
import { syncDirectory, syncToDisk } from '../../files/sync-to-disk.ts';

/** An output that is being made, at a place of its own. */
export interface StagedOutput {
  /** For a checkpoint: what `adoptOutput` needs. */
  readonly checkpoint: { readonly stage: string; readonly lock: string };
  /** Where to write: a name that does not exist yet, in a directory of its own beside the final place. */
  readonly path: string;
  /**
   * Has what was written put on the disk and moves it to its final place; the lock on that goes with the scope. Throws
   * `StepError` OUTPUT_EXISTS when something came there meanwhile, OUTPUT_PROTECTED when that must not be replaced, and
   * OUTPUT_NOT_WRITTEN when the disk fails.
   */
  publish(): Promise<void>;
}

/** What an output may replace. */
export interface OutputOptions {
  /** Whether what is at the place is replaced. */
  readonly force: boolean;
  /** What the output is made of, which it must not replace. */
  readonly inputs?: readonly string[];
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function outputExists(path: string): StepError {
  return new StepError(`the output exists already: ${path}`, {
    code: 'OUTPUT_EXISTS',
    hint: 'move it away, choose another name, or replace it with -force',
  });
}

async function onDisk(synced: Promise<void>, path: string): Promise<void> {
  try {
    await synced;
  } catch (error) {
    throw new StepError(`cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`, {
      code: 'OUTPUT_NOT_WRITTEN',
      hint: 'the disk has failed, or what is below the file system has no room left: see dmesg',
      cause: error,
    });
  }
}

/** Makes the missing directories of a path; those that are still empty when the scope ends are removed again. */
async function makeParents(build: Pick<BuildRun, 'acquire'>, directory: string): Promise<void> {
  if (await exists(directory)) return;
  await makeParents(build, dirname(directory));
  await build.acquire(emptyDirectoryKind, {
    describe: `directory ${directory}`,
    locator: { directory },
    create: async () => {
      await makeDirectory(directory);
      return { id: directory, handle: undefined };
    },
  });
}

/** Replaces a file or a directory; what was there goes to `aside`, and back when the move fails. */
async function replace(from: string, to: string, aside: string): Promise<void> {
  const isDirectory = await lstat(to).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isDirectory) return rename(from, to);
  await rename(to, aside);
  try {
    await rename(from, to);
  } catch (error) {
    await rename(aside, to);
    throw error;
  }
}

async function moveToFreePlace(from: string, to: string): Promise<void> {
  if ((await lstat(from)).isDirectory()) {
    if (await exists(to)) throw outputExists(to);
    return rename(from, to);
  }
  try {
    // Unlike rename, link fails when something came there meanwhile.
    await link(from, to);
  } catch (error) {
    if (await exists(to)) throw outputExists(to);
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP') throw error;
    await rename(from, to);
  }
}

/**
 * A place to write an output (a file or a directory) that the user named, on the same file system, so that it appears
 * whole or not at all. Throws `StepError` OUTPUT_EXISTS when there is something at `finalPath` and `force` is not set,
 * OUTPUT_IN_USE at once when another build is writing it, and OUTPUT_PROTECTED (`refuseProtected`).
 */
export async function stageOutput(
  build: Pick<BuildRun, 'acquire'>,
  finalPath: string,
  options: OutputOptions,
): Promise<StagedOutput> {
  await refuseProtected(finalPath, options.inputs);
  if (!options.force && (await exists(finalPath))) throw outputExists(finalPath);
  await makeParents(build, dirname(finalPath));
  const lock = await lockOutput(build, finalPath);
  return staged(await makeStage(build, stageKind, finalPath), lock, finalPath, options);
}

/**
 * The same for a file that several builds write by turns, such as a list of what was built. Whatever is there is
 * replaced; that nobody else writes meanwhile is the caller's care.
 */
export async function stageSharedFile(
  build: Pick<BuildRun, 'acquire'>,
  finalPath: string,
): Promise<Pick<StagedOutput, 'path' | 'publish'>> {
  await refuseProtected(finalPath);
  await makeParents(build, dirname(finalPath));
  const stage = await makeStage(build, pathKind, finalPath);
  const path = join(stage.id, basename(finalPath));
  return {
    path,
    publish: async () => {
      await refuseProtected(finalPath);
      await rename(path, finalPath);
      await stage.release();
    },
  };
}

function makeStage(
  build: Pick<BuildRun, 'acquire'>,
  kind: ResourceKind<string>,
  finalPath: string,
): Promise<Acquired<string, unknown>> {
  const directory = dirname(finalPath);
  // Another output of this run would take it along.
  protectPlaces('the directory of another output', [directory]);
  return build.acquire(kind, {
    describe: `unfinished ${finalPath}`,
    locator: { directory },
    create: async (token) => {
      const path = join(directory, `.${basename(finalPath)}.kiln-${token}`);
      await mkdir(path, { mode: 0o700 });
      return { id: path, handle: path };
    },
  });
}

/** Goes on with an output that the process before was writing. Throws `StepError` RESUME_LOST or OUTPUT_IN_USE. */
export async function adoptOutput(
  build: Pick<BuildRun, 'adopt'>,
  finalPath: string,
  checkpoint: StagedOutput['checkpoint'],
  options: OutputOptions,
): Promise<StagedOutput> {
  const stage = build.adopt(stageKind, checkpoint.stage);
  await unpublish(stage.id);
  const lock = await adoptOutputLock(build, finalPath, checkpoint.lock);
  return staged(stage, lock, finalPath, options);
}

function staged(
  stage: Acquired<string, unknown>,
  lock: Acquired<{ readonly path: string; readonly token: string }, undefined>,
  finalPath: string,
  { force, inputs }: OutputOptions,
): StagedOutput {
  const path = join(stage.id, basename(finalPath));
  return {
    path,
    checkpoint: { stage: stage.id, lock: lock.id.token },
    publish: async () => {
      await onDisk(syncToDisk(path), finalPath);
      await refuseProtected(finalPath, inputs);
      await notePublishing(stage.id, path, finalPath);
      if (force) await replace(path, finalPath, replacedIn(stage.id));
      else await moveToFreePlace(path, finalPath);
      await onDisk(syncDirectory(dirname(finalPath)), finalPath);
    },
  };
}
