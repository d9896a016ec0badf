import { createHash } from 'node:crypto';
import {
  CompleteSnapshotCommand,
  GetSnapshotBlockCommand,
  ListSnapshotBlocksCommand,
  PutSnapshotBlockCommand,
  StartSnapshotCommand,
} from '@aws-sdk/client-ebs';
import {
  DescribeImportImageTasksCommand,
  DescribeImportSnapshotTasksCommand,
  DescribeSnapshotsCommand,
  ImportImageCommand,
  ImportSnapshotCommand,
  RegisterImageCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect, test } from 'vitest';
import { begin, stockImage } from './begin.ts';

const SIZE = 524_288;
const POLICY = JSON.stringify({ Version: '2012-10-17', Statement: [] });

function sum(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('base64');
}

test('blocks put one by one make a snapshot that can be read back and registered', async () => {
  const { client, ebs, ec2 } = await begin();
  const started = await ebs.send(
    new StartSnapshotCommand({ VolumeSize: 1, Tags: [{ Key: 'a', Value: 'b' }], ClientToken: 'one' }),
  );
  const { SnapshotId } = await ebs.send(
    new StartSnapshotCommand({ VolumeSize: 1, Tags: [{ Key: 'a', Value: 'b' }], ClientToken: 'one' }),
  );
  expect(SnapshotId).toBe(started.SnapshotId);
  expect(started.BlockSize).toBe(SIZE);
  const block = Buffer.alloc(SIZE, 'x');
  const put = (BlockIndex: number, BlockData: Buffer, Checksum = sum(BlockData)): Promise<unknown> =>
    ebs.send(
      new PutSnapshotBlockCommand({
        SnapshotId,
        BlockIndex,
        BlockData,
        Checksum,
        DataLength: BlockData.length,
        ChecksumAlgorithm: 'SHA256',
      }),
    );
  await put(0, block);
  await put(2047, Buffer.alloc(SIZE, 'y'));
  const invalid = { name: 'ValidationException' };
  await expect(put(1, block, sum(Buffer.alloc(SIZE)))).rejects.toMatchObject(invalid);
  await expect(put(1, block.subarray(1))).rejects.toMatchObject(invalid);
  await expect(put(2048, block)).rejects.toMatchObject(invalid);
  const complete = (ChangedBlocksCount: number): Promise<unknown> =>
    ebs.send(new CompleteSnapshotCommand({ SnapshotId, ChangedBlocksCount }));
  await expect(complete(3)).rejects.toMatchObject(invalid);
  await complete(2);
  await expect(put(1, block)).rejects.toMatchObject({ name: 'ConflictException' });
  const registered = {
    Name: 'from blocks',
    RootDeviceName: '/dev/xvda',
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId } }],
  };
  await expect(client.send(new RegisterImageCommand(registered))).rejects.toMatchObject({
    name: 'InvalidSnapshot.NotFound',
  });
  ec2.advance(60_000);
  const { Snapshots } = await client.send(new DescribeSnapshotsCommand({ SnapshotIds: [SnapshotId ?? ''] }));
  expect(Snapshots?.[0]).toMatchObject({ State: 'completed', VolumeSize: 1, Tags: [{ Key: 'a', Value: 'b' }] });
  await client.send(new RegisterImageCommand(registered));
  const { Blocks } = await ebs.send(new ListSnapshotBlocksCommand({ SnapshotId }));
  expect(Blocks?.map((each) => each.BlockIndex)).toEqual([0, 2047]);
  const [first] = Blocks ?? [];
  const read = await ebs.send(
    new GetSnapshotBlockCommand({ SnapshotId, BlockIndex: 0, BlockToken: first?.BlockToken }),
  );
  const bytes = await read.BlockData?.transformToByteArray();
  expect(block.equals(bytes ?? Buffer.alloc(0))).toBe(true);
});

test('a file in a bucket is imported as a snapshot or an image, by a role that exists', async () => {
  const { client, ec2 } = await begin();
  const { endpoint, credentials } = ec2;
  const common = { endpoint, credentials, region: 'us-east-1' };
  const s3 = new S3Client({ ...common, forcePathStyle: true });
  const iam = new IAMClient(common);
  await s3.send(new CreateBucketCommand({ Bucket: 'images' }));
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket: 'images', Key: 'disk.raw' }));
  const part = (PartNumber: number, Body: Buffer): Promise<{ ETag?: string | undefined }> =>
    s3.send(new UploadPartCommand({ Bucket: 'images', Key: 'disk.raw', UploadId, PartNumber, Body }));
  const Parts = [
    { PartNumber: 1, ETag: (await part(1, Buffer.alloc(5_242_880, 'a'))).ETag },
    { PartNumber: 2, ETag: (await part(2, Buffer.alloc(512, 'b'))).ETag },
  ];
  await s3.send(
    new CompleteMultipartUploadCommand({ Bucket: 'images', Key: 'disk.raw', UploadId, MultipartUpload: { Parts } }),
  );
  expect(ec2.world.buckets.get('images')?.objects.get('disk.raw')?.data.length).toBe(5_243_392);
  await s3.send(new PutObjectCommand({ Bucket: 'images', Key: 'bad.vmdk', Body: 'no disk' }));

  const importImage = (Format: string, S3Key: string): Promise<{ ImportTaskId?: string | undefined }> =>
    client.send(new ImportImageCommand({ DiskContainers: [{ Format, UserBucket: { S3Bucket: 'images', S3Key } }] }));
  await expect(importImage('raw', 'disk.raw')).rejects.toMatchObject({ name: 'InvalidParameter' });
  await iam.send(new CreateRoleCommand({ RoleName: 'vmimport', AssumeRolePolicyDocument: POLICY }));
  const good = await importImage('raw', 'disk.raw');
  const bad = await importImage('vmdk', 'bad.vmdk');
  const snapshot = await client.send(
    new ImportSnapshotCommand({
      DiskContainer: { Format: 'raw', UserBucket: { S3Bucket: 'images', S3Key: 'disk.raw' } },
    }),
  );
  ec2.advance(120_000);
  const ImportTaskIds = [good.ImportTaskId ?? '', bad.ImportTaskId ?? ''];
  const { ImportImageTasks } = await client.send(new DescribeImportImageTasksCommand({ ImportTaskIds }));
  expect(ImportImageTasks?.map((task) => task.Status)).toEqual(['completed', 'deleted']);
  expect(ImportImageTasks?.[0]?.ImageId).toMatch(/^ami-/);
  expect(ImportImageTasks?.[1]?.StatusMessage).toContain('Invalid VMDK header');
  const { ImportSnapshotTasks } = await client.send(
    new DescribeImportSnapshotTasksCommand({ ImportTaskIds: [snapshot.ImportTaskId ?? ''] }),
  );
  expect(ImportSnapshotTasks?.[0]?.SnapshotTaskDetail?.Status).toBe('completed');
  expect(ImportSnapshotTasks?.[0]?.SnapshotTaskDetail?.SnapshotId).toMatch(/^snap-/);
  for (const Key of ['disk.raw', 'bad.vmdk']) await s3.send(new DeleteObjectCommand({ Bucket: 'images', Key }));
  expect(ec2.leftovers().map((each) => each.kind)).not.toContain('object');
});

test('EC2 hears late of a new instance profile, and what hangs together is not deleted', async () => {
  const { client, ec2 } = await begin({ hiddenReads: 1 });
  const { endpoint, credentials } = ec2;
  const iam = new IAMClient({ endpoint, credentials, region: 'us-east-1' });
  await iam.send(new CreateRoleCommand({ RoleName: 'build', AssumeRolePolicyDocument: POLICY }));
  await iam.send(new PutRolePolicyCommand({ RoleName: 'build', PolicyName: 'inline', PolicyDocument: POLICY }));
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'build' }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'build', RoleName: 'build' }));
  const run = (): Promise<unknown> =>
    client.send(
      new RunInstancesCommand({
        ImageId: stockImage(ec2, 'noble'),
        InstanceType: 't3.micro',
        MinCount: 1,
        MaxCount: 1,
        IamInstanceProfile: { Name: 'build' },
      }),
    );
  await expect(run()).rejects.toThrow('Invalid IAM Instance Profile name');
  await run();
  await expect(iam.send(new DeleteRoleCommand({ RoleName: 'build' }))).rejects.toMatchObject({
    name: 'DeleteConflictException',
  });
});

test('a parameter of Systems Manager names an image', async () => {
  const { ec2 } = await begin();
  const { endpoint, credentials } = ec2;
  const ssm = new SSMClient({ endpoint, credentials, region: 'us-east-1' });
  ec2.region('us-east-1').parameters.set('/images/base', 'ami-00000000000000001');
  const found = await ssm.send(new GetParameterCommand({ Name: '/images/base' }));
  expect(found.Parameter?.Value).toBe('ami-00000000000000001');
  await expect(ssm.send(new GetParameterCommand({ Name: '/images/none' }))).rejects.toMatchObject({
    name: 'ParameterNotFound',
  });
});
