import { stat } from 'node:fs/promises';
import { basename, posix } from 'node:path';
import { StepError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import type { Placement } from '../placement.ts';
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

async function uploadFile(
  source: { readonly path: string } | { readonly content: string; readonly mode: string },
  destination: string,
  placement: Placement,
  guest: Guest,
): Promise<void> {
  if (needsPlacing(placement)) return placeUpload(source, destination, placement, guest);
  const { communicator, signal } = guest;
  const mode = placement.mode ?? ('mode' in source ? source.mode : undefined);
  const bits = mode === undefined ? {} : { mode: Number.parseInt(mode, 8) };
  await communicator.upload(source, destination, { signal, ...bits });
  if (placement.verify) await verifyUpload(source, destination, guest);
}

async function uploadDirectory(
  directory: string,
  destination: string,
  placement: Placement,
  guest: Guest,
): Promise<void> {
  if (needsPlacing(placement) || placement.mode !== undefined) {
    return placeUpload({ directory }, destination, placement, guest);
  }
  await guest.communicator.uploadTree(directory, destination, { signal: guest.signal });
  if (placement.verify) await verifyUpload({ directory }, destination, guest);
}

/** Writes text into a file of the guest. Throws as `upload` does. */
export function uploadContent(content: string, destination: string, placement: Placement, guest: Guest): Promise<void> {
  return uploadFile({ content, mode: CONTENT_MODE }, destination, placement, guest);
}

/**
 * Copies a file or directory into the guest. "dir/" means its contents, "dir" the directory itself; a file keeps its
 * name when the destination ends in a slash. Throws `StepError` FILE_SOURCE_UNREADABLE, `CommandError` FILE_NOT_PLACED
 * and FILE_NOT_VERIFIED, and what the communicator throws.
 */
export async function upload(source: string, destination: string, placement: Placement, guest: Guest): Promise<void> {
  if (await isDirectory(source)) {
    const into = source.endsWith('/') ? destination : posix.join(destination, basename(source));
    return uploadDirectory(source, into, placement, guest);
  }
  const place = destination.endsWith('/') ? posix.join(destination, basename(source)) : destination;
  return uploadFile({ path: source }, place, placement, guest);
}
