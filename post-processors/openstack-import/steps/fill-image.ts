import { isTransient, type Image } from '../../../clients/openstack/index.ts';
import { StepError } from '../../../plugins/sdk/index.ts';
import { progressMeter } from '../../_shared/progress-meter.ts';
import type { ImportWork } from '../import-work.ts';
import { imageAtRest, isBeingSent, NOTICED } from './await-image.ts';
import type { BegunImage } from './begin-image.ts';
import { importStaged } from './import-staged.ts';
import type { OpenDisk } from './open-disk.ts';
import { readDisk, type DiskReading } from './read-disk.ts';

/** An image that has its data. */
export interface FilledImage {
  readonly image: Image;
  /** Hash of what was sent; undefined when an earlier process had sent it. */
  readonly digest: string | undefined;
}

interface Sent {
  /** Whether Glance has said that it has all. */
  readonly confirmed: boolean;
  readonly digest: string | undefined;
}

const MIB = 1_048_576;

/** How many times the disk is sent, when connections break. */
const MOST_SENDINGS = 3;

/** Sends the disk once. A connection that breaks is no error. */
async function send(disk: OpenDisk, { id }: BegunImage, { cloud, run, config }: ImportWork): Promise<Sent> {
  const [store] = config.image_stores ?? [];
  let reading: DiskReading | undefined;
  run.say(`sending ${Math.ceil(disk.size / MIB)} MiB to the image ${id}`);
  const data = {
    length: disk.size,
    open: () => {
      const meter = progressMeter(`upload to ${id}`, disk.size, run);
      reading = readDisk(disk, (bytes) => meter.add(bytes));
      reading.stream.once('end', () => meter.finish());
      return reading.stream;
    },
  };
  const sending = cloud.ask(({ image }, call) =>
    config.method === 'upload' ? image.images.upload(id, data, store, call) : image.images.stage(id, data, call),
  );
  const confirmed = await sending.then(
    () => true,
    (error: unknown) => {
      if (!(error instanceof StepError) || !isTransient(error.cause)) throw error;
      run.warn(`the upload broke off: ${error.message}`);
      return false;
    },
  );
  return { confirmed, digest: reading?.digest() };
}

/**
 * Sends the disk to an image that waits for it, again when the connection breaks, and resolves when the image is active.
 * Glance keeps nothing of an upload that broke off, so that each begins with the first byte. Throws `StepError`
 * OPENSTACK_….
 */
export async function fillImage(disk: OpenDisk, begun: BegunImage, work: ImportWork): Promise<FilledImage> {
  let digest: string | undefined;
  for (let sendings = 0; ; sendings += 1) {
    const image = await imageAtRest(begun.id, isBeingSent, NOTICED, work);
    if (image.status === 'active') return { image, digest };
    if (image.status !== 'queued') return { image: await importStaged(image, work), digest };
    if (sendings === MOST_SENDINGS) {
      const message = `the upload of ${disk.path} broke off ${MOST_SENDINGS} times`;
      throw new StepError(message, { code: 'OPENSTACK_FAILED', hint: 'see why in the warnings before' });
    }
    const sent = await send(disk, begun, work);
    digest = sent.digest;
    // Older Glances do not say of an image whether all of it was staged.
    if (sent.confirmed && work.config.method === 'glance-direct') {
      return { image: await importStaged(image, work), digest };
    }
  }
}
