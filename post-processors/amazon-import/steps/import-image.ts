import { ownTags, type PollResult } from '../../../plugins/sdk/cloud.ts';
import type { Acquired } from '../../../plugins/sdk/index.ts';
import { locatorOf } from '../../../builders/_amazon/amazon-build.ts';
import { snapshotsOf } from '../../../builders/_amazon/api/block-devices.ts';
import type { MadeImage } from '../../../builders/_amazon/images/make-image.ts';
import { tagged } from '../../../builders/_amazon/tags.ts';
import { TWELVE_HOURS, waitUntil } from '../../../builders/_amazon/api/wait-until.ts';
import type { ImportWork, WantedImage } from '../image.ts';
import { importKinds } from '../kinds.ts';
import type { UploadedObject } from './upload-object.ts';

async function waitForTask(id: string, work: ImportWork): Promise<string> {
  const { cloud, run } = work;
  const look = async (): Promise<PollResult<string> | undefined> => {
    const { ImportImageTasks = [] } = await cloud.ec2('DescribeImportImageTasks', { ImportTaskIds: [id] });
    const { Status, StatusMessage, Progress, ImageId } = ImportImageTasks[0] ?? {};
    if (Status === undefined) return undefined;
    const percent = Number(Progress);
    if (Progress !== undefined && Number.isFinite(percent)) run.progress(`import ${id}`, percent, 100);
    if (Status === 'completed' && ImageId !== undefined) return { done: ImageId };
    if (Status === 'active' || Status === 'completed') return { state: StatusMessage ?? Status };
    return { failed: StatusMessage ?? `it is ${Status}, and AWS gives no reason` };
  };
  const onState = (said: string): void => run.say(said);
  const thing = `the import ${id} in ${cloud.region}`;
  return waitUntil({ thing, wanted: 'completed', limit: TWELVE_HOURS, look, onState }, work);
}

/** Has AWS make an AMI of the object. The AMI has a name that AWS makes up, and no tags. */
export async function importImage(
  object: UploadedObject,
  { disk, description, bootMode }: WantedImage,
  work: ImportWork,
): Promise<MadeImage> {
  const { cloud, run, config } = work;
  const { ami_encrypt: encrypted, ami_kms_key: key = '', role_name: role = '' } = config;
  const acquired: Acquired<string, undefined> = await run.acquire(importKinds.task, {
    describe: `import of ${object.key} in ${cloud.region}`,
    locator: locatorOf(cloud),
    create: (token) =>
      importKinds.task.createUnlessRefused(token, async () => {
        const { ImportTaskId = '' } = await cloud.ec2('ImportImage', {
          DiskContainers: [{ Format: disk.format, UserBucket: { S3Bucket: object.bucket, S3Key: object.key } }],
          Architecture: config.architecture,
          BootMode: bootMode,
          ClientToken: token,
          Encrypted: encrypted,
          ...(key === '' ? {} : { KmsKeyId: key }),
          ...(role === '' ? {} : { RoleName: role }),
          ...(description === '' ? {} : { Description: description }),
          ...(config.license_type === undefined ? {} : { LicenseType: config.license_type }),
          ...(config.platform === undefined ? {} : { Platform: config.platform }),
          TagSpecifications: tagged({ 'import-image-task': ownTags(run, token) }),
        });
        return { id: ImportTaskId, handle: undefined };
      }),
  });
  run.say(`AWS imports s3://${object.bucket}/${object.key} (${acquired.id})`);
  const id = await waitForTask(acquired.id, work);
  const { Images = [] } = await cloud.ec2('DescribeImages', { ImageIds: [id] });
  return { region: cloud.region, id, snapshotIds: snapshotsOf(Images[0]?.BlockDeviceMappings), acquired };
}
