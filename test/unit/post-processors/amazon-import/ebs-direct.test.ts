import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AmazonImportPostProcessorConfig } from '../../../../post-processors/amazon-import/config.gen.ts';
import { postProcess } from '../../../../post-processors/amazon-import/run.ts';
import { componentConfig } from '../../../support/component-config.ts';
import { replyLost } from '../../../support/ec2/index.ts';
import { BLOCK, importPlace, MIB, qemuImg, type ImportPlace } from '../../../support/ec2/places/import-place.ts';
import { postProcessRun } from '../../../support/post-process-run.ts';

/** A disk with text in six blocks: one across two of them, one that is written to with zeros, one at the very end. */
function someDisk(place: ImportPlace, name = 'disk.raw'): string {
  return place.rawDisk(name, 40 * MIB, {
    0: 'boot',
    [3 * BLOCK - 2]: 'over the edge',
    [10 * BLOCK + 77]: '\0\0\0\0\0',
    [20 * BLOCK]: 'x'.repeat(BLOCK),
    [40 * MIB - 3]: 'end',
  });
}

function indexes(place: ImportPlace): readonly number[] {
  return place
    .inputs('PutSnapshotBlock')
    .map((input) => (input as { readonly BlockIndex: number }).BlockIndex)
    .sort((one, other) => one - other);
}

const SENT = [0, 2, 3, 20, 79];

test('a raw disk becomes an AMI whose snapshot reads as the disk, and zeros are not sent', async () => {
  await using place = await importPlace();
  const disk = someDisk(place);
  const { report } = await place.importDisk(disk, { ami_description: 'from a disk', tags: { app: 'web' } });
  expect(report.failure).toBeUndefined();
  expect(indexes(place)).toEqual(SENT);
  const artifact = report.artifacts.find(({ builderId }) => builderId === 'packer.post-processor.amazon-import');
  const image = place.left().find(({ kind }) => kind === 'image');
  expect(artifact?.id).toBe(`us-east-1:${image?.id ?? ''}`);
  expect(place.read(place.snapshotId(), 40 * MIB).equals(readFileSync(disk))).toBe(true);
  expect(place.ec2.region('us-east-1').images.peek(image?.id ?? '')?.view).toMatchObject({
    Name: 'imported',
    Description: 'from a disk',
    Architecture: 'x86_64',
    BootMode: 'legacy-bios',
    VirtualizationType: 'hvm',
    EnaSupport: true,
    RootDeviceName: '/dev/sda1',
    Tags: [{ Key: 'app', Value: 'web' }],
  });
  // Kiln's own tags are gone, and nothing is there but the AMI and its snapshot.
  expect(place.left().map(({ kind, tags }) => [kind, tags])).toEqual(
    expect.arrayContaining([
      ['image', { app: 'web' }],
      ['snapshot', { app: 'web' }],
    ]),
  );
  expect(place.left()).toHaveLength(2);
  expect(place.ec2.broken).toEqual([]);
});

test.each([
  ['a qcow2 disk', 'qcow2', [], false],
  ['a compressed qcow2 disk', 'qcow2', ['-c'], true],
  ['a vmdk disk', 'vmdk', [], false],
  ['a compressed vmdk disk', 'vmdk', ['-o', 'subformat=streamOptimized'], true],
  ['a vmdk disk in two files', 'vmdk', ['-o', 'subformat=monolithicFlat'], true],
] as const)('%s reads as the disk that it was made of', async (_name, format, options, unpacked) => {
  await using place = await importPlace();
  const raw = someDisk(place);
  const disk = join(place.directory, `disk.${format}`);
  qemuImg('convert', '-O', format, ...options, raw, disk);
  const run = postProcessRun({ cacheDirectory: place.directory });
  const config = componentConfig<AmazonImportPostProcessorConfig>('post-processors/amazon-import', {
    custom_endpoint_ec2: place.ec2.endpoint,
  });
  const input = { builderId: 'x', id: '', description: '', files: [disk], properties: {} };
  await postProcess(input, config, run);
  expect(indexes(place)).toEqual(SENT);
  expect(place.read(place.snapshotId(), 40 * MIB).equals(readFileSync(raw))).toBe(true);
  expect(run.lines.some((line) => line.includes('unpacked'))).toBe(unpacked);
  expect(run.progressed.at(-1)?.[1]).toBe(run.progressed.at(-1)?.[2]);
});

test('what AWS refuses for now is sent again, and a lost reply does no harm', async () => {
  await using place = await importPlace();
  const disk = someDisk(place);
  place.ec2.plan(
    { call: 'PutSnapshotBlock', times: 3, error: { code: 'RequestThrottledException', status: 400 } },
    { call: 'PutSnapshotBlock', times: 2, skip: 3, error: { code: 'InternalServerException', status: 500 } },
    { call: 'PutSnapshotBlock', skip: 6, dropped: true },
    replyLost('StartSnapshot'),
    replyLost('CompleteSnapshot'),
    replyLost('RegisterImage'),
  );
  const { report } = await place.importDisk(disk);
  expect(report.failure).toBeUndefined();
  expect(place.ec2.unusedFaults()).toEqual([]);
  expect(place.read(place.snapshotId(), 40 * MIB).equals(readFileSync(disk))).toBe(true);
  expect(place.left()).toHaveLength(2);
});

test.each([
  ['a block that AWS refuses', { call: 'PutSnapshotBlock', times: 9, error: { code: 'ValidationException' } }],
  ['a snapshot that AWS cannot complete', { call: 'CompleteSnapshot', fails: { code: 'x', message: 'lost a disk' } }],
  ['a checksum that does not fit', { call: 'CompleteSnapshot', error: { code: 'ValidationException' } }],
  ['an AMI that cannot be registered', { call: 'RegisterImage', error: { code: 'InvalidParameterValue' } }],
] as const)('%s fails the build and leaves no snapshot', async (_name, fault) => {
  await using place = await importPlace();
  place.ec2.plan(fault);
  const { report } = await place.importDisk(someDisk(place));
  expect(report.outcome).toBe('failed');
  expect(report.failure?.code).toMatch(/^AMAZON_(REFUSED|FAILED)$/);
  expect(place.left()).toEqual([]);
});

test('a build that is cancelled in the middle leaves no snapshot', async () => {
  await using place = await importPlace();
  const disk = someDisk(place);
  place.ec2.plan({ call: 'PutSnapshotBlock', times: 99, delay: 50 });
  const stop = new AbortController();
  const running = place.importDisk(disk, {}, { signal: stop.signal });
  await expect.poll(() => place.calls().includes('PutSnapshotBlock')).toBe(true);
  stop.abort();
  expect((await running).report.outcome).toBe('cancelled');
  expect(place.left()).toEqual([]);
});

test('64 blocks are on their way at once, and no more', async () => {
  await using place = await importPlace();
  const texts = Object.fromEntries(Array.from({ length: 70 }, (_none, index) => [index * BLOCK, 'data']));
  place.ec2.plan({ call: 'PutSnapshotBlock', times: 99, delay: 60_000 });
  const stop = new AbortController();
  const running = place.importDisk(place.rawDisk('full.raw', 35 * MIB, texts), {}, { signal: stop.signal });
  await expect.poll(() => place.inputs('PutSnapshotBlock').length, { timeout: 20_000 }).toBe(64);
  stop.abort();
  await running;
  expect(place.inputs('PutSnapshotBlock')).toHaveLength(64);
});

test('a name that is taken is found before anything is sent', async () => {
  await using place = await importPlace();
  const disk = someDisk(place);
  await place.importDisk(disk);
  const { report } = await place.importDisk(disk);
  expect(report.failure?.code).toBe('AMAZON_NAME_TAKEN');
  expect(place.inputs('StartSnapshot')).toHaveLength(1);
  const forced = await place.importDisk(disk, {}, { force: true });
  expect(forced.report.failure).toBeUndefined();
  expect(place.left().filter(({ kind }) => kind === 'image')).toHaveLength(1);
});

test('the snapshot is encrypted from the start, with the key that is given', async () => {
  await using place = await importPlace();
  const key = place.ec2.addKmsKey('us-east-1');
  const { report } = await place.importDisk(someDisk(place), { ami_encrypt: true, ami_kms_key: key });
  expect(report.failure).toBeUndefined();
  expect(place.inputs('StartSnapshot')).toMatchObject([{ Encrypted: true, KmsKeyArn: key, VolumeSize: 1 }]);
  expect(place.calls()).not.toContain('CopyImage');
});

test('an encrypted disk is refused before anything is made', async () => {
  await using place = await importPlace();
  const disk = join(place.directory, 'secret.qcow2');
  // Not "luks": for that qemu-img measures the processor, and gives up where the time it took is not accounted finely.
  const encryption = ['--object', 'secret,id=s,data=x', '-o', 'encrypt.format=aes,encrypt.key-secret=s'];
  qemuImg('create', '-q', '-f', 'qcow2', ...encryption, disk, '1M');
  const { report } = await place.importDisk(disk);
  expect(report.failure?.code).toBe('AMAZON_IMPORT_DISK');
  expect(place.left()).toEqual([]);
});
