import type { MadeImage } from '../../builders/_amazon/images/make-image.ts';
import { registerImage } from '../../builders/_amazon/images/steps/register-image.ts';
import { progressMeter } from '../_shared/progress-meter.ts';
import { BLOCK_SIZE } from './disk/blocks.ts';
import type { ImportWork, WantedImage } from './image.ts';
import { completeUpload } from './steps/complete-upload.ts';
import { openDisk } from './steps/open-disk.ts';
import { putBlocks } from './steps/put-blocks.ts';
import { startUpload } from './steps/start-upload.ts';
import { removeRecord } from './upload-record.ts';

/** As ImportImage calls it. */
const ROOT = '/dev/sda1';

/** Method ebs-direct: the disk's blocks become a snapshot, and that an AMI. Nothing in AWS touches what is on it. */
export async function publishDisk(image: WantedImage, work: ImportWork): Promise<MadeImage> {
  const { run, config } = work;
  const { name, description, tags, bootMode } = image;
  const disk = await openDisk(image.disk, run);
  const { ami_encrypt: encrypted, ami_kms_key: keyArn = '' } = config;
  const upload = await startUpload(disk, { description, tags: tags.snapshot, encrypted, keyArn }, work);
  try {
    if (!upload.completed) {
      const total = disk.blocks * BLOCK_SIZE;
      const missing = Math.ceil(((disk.blocks - upload.record.digests.count) * BLOCK_SIZE) / 1_048_576);
      run.say(`sending ${missing} MiB at most (the disk has ${disk.volumeSize} GiB) to ${upload.id}`);
      const meter = progressMeter(`upload to ${upload.id}`, total, run);
      await putBlocks(disk, upload, meter, work);
      meter.finish();
    }
    const snapshot = await completeUpload(upload, work);
    const root = { SnapshotId: snapshot.id, VolumeType: 'gp3', DeleteOnTermination: true } as const;
    const made = await registerImage(
      {
        name,
        description,
        tags,
        snapshots: [snapshot],
        image: {
          Architecture: config.architecture,
          BootMode: bootMode,
          VirtualizationType: 'hvm',
          EnaSupport: true,
          RootDeviceName: ROOT,
          BlockDeviceMappings: [{ DeviceName: ROOT, Ebs: root }],
        },
      },
      work,
    );
    await removeRecord(upload.records, upload.id);
    return made;
  } finally {
    upload.record.close();
  }
}
