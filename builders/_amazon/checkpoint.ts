import { checkpoints, StepError, type JsonObject, type JsonValue } from '../../plugins/sdk/index.ts';
import { type PendingRecord } from '../../plugins/sdk/cloud.ts';
import { readFile } from 'node:fs/promises';
import type { MadeImage } from './images/make-image.ts';
import type { KeyPair } from './instance/key-pair.ts';
import type { Launched } from './instance/launch.ts';

/** An image as the journal knows it. */
export interface NotedImage extends JsonObject {
  readonly region: string;
  readonly id: string;
  readonly snapshotIds: readonly string[];
}

/** All that a build needs to go on in another process. The temporary key itself stays in its file. */
export interface Checkpoint extends JsonObject {
  /** The provisioners are at work; they are through; the images are there. */
  readonly stage: 'provisioning' | 'provisioned' | 'imaged';
  readonly instance: string;
  readonly key: { readonly name: string | null; readonly privateKeyFile: string | null };
  /** What late options know of the source image: looking for it again might find a newer one. */
  readonly facts: JsonObject;
  /** Without an intermediary one; empty until all are available. */
  readonly images: readonly NotedImage[];
  /** The images and snapshots that AWS was asked for. */
  readonly pending: PendingRecord;
}

const MEMBERS = ['stage', 'instance', 'key', 'facts', 'images', 'pending'];

const states = checkpoints<Checkpoint>({
  version: 1,
  read: (record) => (MEMBERS.every((name) => name in record) ? (record as Checkpoint) : undefined),
});

export function notedImages(images: readonly MadeImage[]): NotedImage[] {
  return images.map(({ region, id, snapshotIds }) => ({ region, id, snapshotIds: [...snapshotIds] }));
}

export function checkpointOf(
  stage: Checkpoint['stage'],
  { instance, key }: Launched,
  facts: JsonObject,
  { images = [], pending = {} }: { readonly images?: readonly MadeImage[]; readonly pending?: PendingRecord } = {},
): Checkpoint {
  return states.write({
    stage,
    instance: instance.InstanceId ?? '',
    key: { name: key.name ?? null, privateKeyFile: key.privateKeyFile ?? null },
    facts,
    images: notedImages(images),
    pending,
  });
}

/** Throws `StepError` RESUME_LOST for what another version of Kiln wrote. */
export function readCheckpoint(value: JsonValue): Checkpoint {
  return states.read(value);
}

/** The key of the instance, read from its file. Throws `StepError` RESUME_LOST when the file is gone. */
export async function keyOf({ key: { name, privateKeyFile: file } }: Checkpoint): Promise<KeyPair> {
  if (file === null) return { name: name ?? undefined, privateKey: undefined, privateKeyFile: undefined };
  try {
    return { name: name ?? undefined, privateKey: await readFile(file, 'utf8'), privateKeyFile: file };
  } catch (cause) {
    throw new StepError(`the key of the instance is gone: ${file}`, {
      code: 'RESUME_LOST',
      hint: 'build the template anew; "kiln gc -held" removes what is left of this build',
      cause,
    });
  }
}
