import { checkpoints, type JsonObject, type JsonValue } from '../../plugins/sdk/index.ts';
import { type PendingRecord } from '../../plugins/sdk/cloud.ts';
import { notedImages, type NotedImage } from '../_amazon/images/steps/find-images.ts';
import type { Image } from '../_amazon/api/driver.ts';
import type { MadeImage } from '../_amazon/images/make-image.ts';
import type { NotedMounts } from './steps/mount-again.ts';

/** What the build is about. */
export interface Subject {
  readonly volume: string;
  /** Id of the instance that Kiln is on. */
  readonly instance: string;
  /** Undefined: built from scratch. */
  readonly source: Image | undefined;
}

/** All that a build needs to go on in another process. */
export interface Checkpoint extends JsonObject {
  /** The provisioners are at work; the volume is detached again; the images are there. */
  readonly stage: 'provisioning' | 'provisioned' | 'imaged';
  readonly volume: string;
  readonly instance: string;
  /** The AMI as it was: there may be a newer one by now, or none. */
  readonly source: JsonObject | null;
  /** While the provisioners are at work. */
  readonly mounts: NotedMounts | null;
  readonly images: readonly NotedImage[];
  readonly pending: PendingRecord;
}

const MEMBERS = ['stage', 'volume', 'instance', 'source', 'mounts', 'images', 'pending'];

const states = checkpoints<Checkpoint>({
  version: 1,
  read: (record) => (MEMBERS.every((name) => name in record) ? (record as Checkpoint) : undefined),
});

export function checkpointOf(
  stage: Checkpoint['stage'],
  { volume, instance, source }: Subject,
  more: {
    readonly mounts?: NotedMounts;
    readonly images?: readonly MadeImage[];
    readonly pending?: PendingRecord;
  } = {},
): Checkpoint {
  const { mounts = null, images = [], pending = {} } = more;
  const noted = source === undefined ? null : (JSON.parse(JSON.stringify(source)) as JsonObject);
  return states.write({ stage, volume, instance, source: noted, mounts, images: notedImages(images), pending });
}

/** Throws `StepError` RESUME_LOST for what another version of Kiln wrote. */
export function readCheckpoint(value: JsonValue): Checkpoint {
  return states.read(value);
}

/** What a checkpoint is about. */
export function subjectOf({ volume, instance, source }: Checkpoint): Subject {
  return { volume, instance, source: source ?? undefined };
}
