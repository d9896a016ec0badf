import { closeSync, openSync, writeSync } from 'node:fs';
import { open, readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory } from '../../plugins/sdk/files.ts';
import { blockDigests, type BlockDigests } from './disk/block-digests.ts';

const DIGEST = 32;
const ENTRY = 4 + DIGEST;

/** What is uploaded, and to what: an upload goes on only when all of it is the same. */
export interface UploadHead {
  /** Path, size and times of the disk. */
  readonly disk: string;
  readonly region: string;
  /** GiB. */
  readonly volumeSize: number;
  /** Key, "default", or "" for a snapshot that is not encrypted. */
  readonly encryption: string;
  /** Value of the snapshot's tag `kiln-token`. */
  readonly mark: string;
}

/**
 * Which blocks are in a snapshot that is being written, and their checksums: AWS lists blocks of completed snapshots
 * only, so Kiln notes each block when AWS has confirmed it.
 */
export interface UploadRecord {
  readonly head: UploadHead;
  readonly digests: BlockDigests;
  /** Is in the file at once, and on the disk when the system gets to it. */
  add(index: number, digest: Buffer): void;
  close(): void;
}

function recordFile(directory: string, snapshotId: string): string {
  return join(directory, `${snapshotId}.blocks`);
}

function onFile(path: string, head: UploadHead, digests: BlockDigests): UploadRecord {
  const descriptor = openSync(path, 'a', 0o600);
  const entry = Buffer.alloc(ENTRY);
  return {
    head,
    digests,
    add: (index, digest) => {
      entry.writeUInt32LE(index, 0);
      digest.copy(entry, 4);
      digests.set(index, digest);
      writeSync(descriptor, entry);
    },
    close: () => closeSync(descriptor),
  };
}

export async function createRecord(directory: string, snapshotId: string, head: UploadHead): Promise<UploadRecord> {
  await makeDirectory(directory, 0o700);
  const path = recordFile(directory, snapshotId);
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(`${JSON.stringify(head)}\n`);
  await file.sync();
  return onFile(path, head, blockDigests());
}

/** The record that another process wrote; undefined when there is none of this snapshot, or none that can be read. */
export async function reopenRecord(directory: string, snapshotId: string): Promise<UploadRecord | undefined> {
  const path = recordFile(directory, snapshotId);
  const bytes = await readFile(path).catch(() => undefined);
  const end = bytes?.indexOf('\n') ?? -1;
  if (bytes === undefined || end < 0) return undefined;
  const head = JSON.parse(bytes.toString('utf8', 0, end)) as UploadHead;
  const digests = blockDigests();
  const entries = Math.floor((bytes.length - end - 1) / ENTRY);
  for (let entry = 0; entry < entries; entry += 1) {
    const at = end + 1 + entry * ENTRY;
    const digest = bytes.subarray(at + 4, at + ENTRY);
    // Where the machine went down the system may have made the file longer without writing to it.
    if (digest.some((byte) => byte !== 0)) digests.set(bytes.readUInt32LE(at), digest);
  }
  // An entry that was half written when Kiln died.
  await truncate(path, end + 1 + entries * ENTRY);
  return onFile(path, head, digests);
}

export async function removeRecord(directory: string, snapshotId: string): Promise<void> {
  await rm(recordFile(directory, snapshotId), { force: true });
}
