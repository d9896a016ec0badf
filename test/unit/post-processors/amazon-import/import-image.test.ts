import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { replyLost, throttled } from '../../../support/ec2/index.ts';
import { importPlace, MIB, type ImportPlace } from '../../../support/ec2/places/import-place.ts';

const BUCKET = 'images';
const places: ImportPlace[] = [];

afterEach(async () => {
  for (const place of places.splice(0)) {
    expect(place.ec2.broken).toEqual([]);
    await place[Symbol.asyncDispose]();
  }
});

/** A place with a bucket and with the role that AWS's import takes on. */
async function withBucket(role = 'vmimport'): Promise<ImportPlace> {
  const place = await importPlace();
  places.push(place);
  const { world } = place.ec2;
  world.buckets.set(BUCKET, { objects: new Map(), uploads: new Map() });
  const name = { RoleName: role, RoleId: 'AROATEST', Arn: `arn:aws:iam::${world.account}:role/${role}` };
  world.iam.roles.set(role, { ...name, Path: '/', CreateDate: new Date(), policies: new Map() } as never);
  return place;
}

function ova(place: ImportPlace, size = 20 * MIB, name = 'disk.ova'): string {
  const path = join(place.directory, name);
  writeFileSync(path, Buffer.alloc(size, 'an appliance '));
  return path;
}

/** What is there besides the role. */
function left(place: ImportPlace): readonly string[] {
  return place
    .left()
    .map(({ kind }) => kind)
    .filter((kind) => kind !== 'role')
    .sort();
}

const OPTIONS: JsonObject = { s3_bucket_name: BUCKET, ami_name: null };

test('a file goes to the bucket in parts, AWS imports it, and the object is removed', async () => {
  const place = await withBucket();
  const { report } = await place.importDisk(ova(place), { ...OPTIONS, tags: { app: 'web' }, ami_description: 'web' });
  expect(report.failure).toBeUndefined();
  expect(place.inputs('UploadPart')).toHaveLength(3);
  const [input] = place.inputs('ImportImage');
  expect(input).toMatchObject({
    Architecture: 'x86_64',
    BootMode: 'legacy-bios',
    Encrypted: false,
    Description: 'web',
    DiskContainers: [{ Format: 'ova', UserBucket: { S3Bucket: BUCKET } }],
  });
  const { DiskContainers } = input as { DiskContainers: readonly { UserBucket: { S3Key: string } }[] };
  expect(DiskContainers[0]?.UserBucket.S3Key).toMatch(/^packer-import-\d{10}\.ova$/);
  expect(place.calls()).not.toContain('CopyImage');
  expect(left(place)).toEqual(['image', 'snapshot']);
  const image = place.left().find(({ kind }) => kind === 'image');
  expect(report.artifacts.at(-1)?.id).toBe(`us-east-1:${image?.id ?? ''}`);
  expect(image?.tags).toEqual({ app: 'web' });
  expect(place.ec2.region('us-east-1').images.peek(image?.id ?? '')?.view.Description).toBe('web');
});

test('a name is given to a copy, and the AMI that was imported goes', async () => {
  const place = await withBucket('importer');
  const key = place.ec2.addKmsKey('us-east-1');
  const { report } = await place.importDisk(ova(place), {
    ...OPTIONS,
    ami_name: 'web',
    ami_encrypt: true,
    ami_kms_key: key,
    ami_users: ['210987654321'],
    role_name: 'importer',
    license_type: 'BYOL',
    platform: 'Linux',
    boot_mode: 'uefi',
    s3_encryption: 'aws:kms',
    s3_encryption_key: 'alias/mine',
    s3_key_name: 'here/it/is.ova',
    skip_clean: true,
    tags: { app: 'web' },
  });
  expect(report.failure).toBeUndefined();
  expect(place.inputs('ImportImage')).toMatchObject([
    { RoleName: 'importer', LicenseType: 'BYOL', Platform: 'Linux', BootMode: 'uefi', Encrypted: true, KmsKeyId: key },
  ]);
  expect(place.inputs('CopyImage')).toMatchObject([{ Name: 'web', Encrypted: true, KmsKeyId: key }]);
  expect(place.inputs('ModifyImageAttribute')).toMatchObject([
    { LaunchPermission: { Add: [{ UserId: '210987654321' }] } },
  ]);
  // skip_clean leaves the object.
  expect(left(place)).toEqual(['image', 'object', 'snapshot']);
  expect(place.ec2.world.buckets.get(BUCKET)?.objects.get('here/it/is.ova')?.encryption).toBe('aws:kms');
});

test('replies that are lost and calls that are too many do no harm', async () => {
  const place = await withBucket();
  place.ec2.plan(
    replyLost('CreateMultipartUpload'),
    replyLost('UploadPart'),
    throttled('UploadPart', 2),
    replyLost('ImportImage'),
    throttled('DescribeImportImageTasks'),
  );
  const { report } = await place.importDisk(ova(place), OPTIONS);
  expect(report.failure).toBeUndefined();
  expect(place.ec2.unusedFaults()).toEqual([]);
  // Nor is there a second upload of which nobody heard.
  expect(left(place)).toEqual(['image', 'snapshot']);
});

test.each([
  ['parts that S3 refuses', { call: 'UploadPart', times: 9, error: { code: 'AccessDenied', status: 403 } }],
  ['an import that AWS refuses', { call: 'ImportImage', error: { code: 'InvalidParameter' } }],
  ['an import that fails', { call: 'ImportImage', fails: { code: 'x', message: 'ClientError: Unknown OS' } }],
  ['a copy that fails', { call: 'CopyImage', fails: { code: 'x', message: 'no more' } }],
] as const)('%s: the build fails, and object and AMIs are removed also with skip_clean', async (_name, fault) => {
  const place = await withBucket();
  place.ec2.plan(fault);
  const { report } = await place.importDisk(ova(place), { ...OPTIONS, ami_name: 'web', skip_clean: true });
  expect(report.outcome).toBe('failed');
  if ('fails' in fault) expect(report.failure?.message).toContain(fault.fails.message);
  expect(left(place)).toEqual([]);
});

test('a build that is cancelled while AWS imports cancels the import', async () => {
  const place = await withBucket();
  place.ec2.plan({ call: 'ImportImage', stuck: true });
  const stop = new AbortController();
  const running = place.importDisk(ova(place), OPTIONS, { signal: stop.signal });
  await expect.poll(() => place.calls().includes('DescribeImportImageTasks')).toBe(true);
  stop.abort();
  expect((await running).report.outcome).toBe('cancelled');
  expect(place.calls()).toContain('CancelImportTask');
  expect(left(place)).toEqual([]);
});

test('an object of the same name that is somebody else’s stays when the upload fails', async () => {
  const place = await withBucket();
  const theirs = { data: Buffer.from('theirs'), encryption: undefined, metadata: {} };
  place.ec2.world.buckets.get(BUCKET)?.objects.set('shared.ova', theirs);
  place.ec2.plan({ call: 'UploadPart', error: { code: 'AccessDenied', status: 403 } });
  await place.importDisk(ova(place), { ...OPTIONS, s3_key_name: 'shared.ova' });
  expect(left(place)).toEqual(['object']);
});

test('an artifact without such a file fails before anything is sent', async () => {
  const place = await withBucket();
  const { report } = await place.importDisk(ova(place, MIB, 'disk.zip'), OPTIONS);
  expect(report.failure).toMatchObject({ code: 'AMAZON_IMPORT_FILE' });
  expect(report.failure?.message).toContain('disk.zip');
  expect(place.calls()).toEqual([]);
});
