import { stat } from 'node:fs/promises';
import { basename, posix } from 'node:path';
import { CommandError, StepError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { isPlainName } from '../../../plugins/sdk/guest.ts';
import type { Placement } from '../placement.ts';
import { placeOfTree } from './place-of-tree.ts';
import { placeUpload } from './place-upload.ts';
import { verifyUpload } from './verify.ts';

const CONTENT_MODE = '0600';

type Guest = Pick<ProvisionRun, 'communicator' | 'signal' | 'warn' | 'addSecret'>;

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw new StepError(`cannot upload ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      code: 'FILE_SOURCE_UNREADABLE',
      cause,
    });
  }
}

/** What only the one who puts a file in place can do; a mode alone needs nobody else. */
function needsPlacing({ owner, becomeUser }: Placement): boolean {
  return owner !== undefined || becomeUser !== undefined;
}

type FileSource = { readonly path: string } | { readonly content: string; readonly mode: string };

async function writeFile(source: FileSource, destination: string, placement: Placement, guest: Guest): Promise<void> {
  if (needsPlacing(placement)) return placeUpload(source, destination, placement, guest);
  const { communicator, signal } = guest;
  const mode = placement.mode ?? ('mode' in source ? source.mode : undefined);
  const bits = mode === undefined ? {} : { mode: Number.parseInt(mode, 8) };
  await communicator.upload(source, destination, { signal, ...bits });
  if (placement.verify) await verifyUpload(source, destination, guest);
}

async function uploadFile(source: FileSource, destination: string, placement: Placement, guest: Guest): Promise<void> {
  try {
    await writeFile(source, destination, placement, guest);
  } catch (error) {
    if (!(error instanceof CommandError) || !error.message.endsWith('is a directory')) throw error;
    const inside = JSON.stringify(`${destination.replace(/\/+$/, '')}/${'path' in source ? '' : 'NAME'}`);
    const hint = `to put it into that directory, set "destination" to ${inside}`;
    throw new CommandError(error.message, { code: error.code, pointer: '/destination', cause: error, hint });
  }
}

/** The directory's name, when the directory itself is meant and not what is in it. */
function nameOf(directory: string): string | undefined {
  const name = basename(directory);
  return directory.endsWith('/') || !isPlainName(name) ? undefined : name;
}

async function uploadDirectory(
  directory: string,
  destination: string,
  placement: Placement,
  guest: Guest,
): Promise<void> {
  const name = nameOf(directory);
  const named = name === undefined ? {} : { name };
  if (needsPlacing(placement) || placement.mode !== undefined) {
    return placeUpload({ directory, ...named }, destination, placement, guest);
  }
  const { communicator, signal } = guest;
  if (!placement.verify) return communicator.uploadTree(directory, destination, { signal, ...named });
  const place = await placeOfTree(destination, name, guest);
  await communicator.uploadTree(directory, place, { signal });
  await verifyUpload({ directory }, place, guest);
}

/** Writes text into a file of the guest. Throws as `upload` does. */
export function uploadContent(content: string, destination: string, placement: Placement, guest: Guest): Promise<void> {
  return uploadFile({ content, mode: CONTENT_MODE }, destination, placement, guest);
}

/**
 * Copies a file or directory into the guest. "dir/" means its contents; "dir" the directory itself, which gets the
 * destination's name where that is not there, and goes into the directory that is there. A file keeps its name when the
 * destination ends in a slash. Throws `StepError` FILE_SOURCE_UNREADABLE, `CommandError` FILE_NOT_PLACED
 * and FILE_NOT_VERIFIED, and what the communicator throws.
 */
export async function upload(source: string, destination: string, placement: Placement, guest: Guest): Promise<void> {
  if (await isDirectory(source)) return uploadDirectory(source, destination, placement, guest);
  const place = destination.endsWith('/') ? posix.join(destination, basename(source)) : destination;
  return uploadFile({ path: source }, place, placement, guest);
}
