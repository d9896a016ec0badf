import { expect, test } from 'vitest';
import type { Artifact } from '../../../../plugins/sdk/index.ts';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { chooseDisk } from '../../../../post-processors/amazon-import/choose-disk.ts';
import type { AmazonImportPostProcessorConfig } from '../../../../post-processors/amazon-import/config.gen.ts';
import { blockDigests } from '../../../../post-processors/amazon-import/disk/block-digests.ts';
import { BLOCK_SIZE, blocksOf, countBlocks } from '../../../../post-processors/amazon-import/disk/blocks.ts';
import { bootModeOf, methodOf } from '../../../../post-processors/amazon-import/method.ts';
import { prepare } from '../../../../post-processors/amazon-import/prepare.ts';
import { partSize } from '../../../../post-processors/amazon-import/steps/upload-object.ts';
import { componentConfig } from '../../../support/component-config.ts';

function config(options: JsonObject): AmazonImportPostProcessorConfig {
  return componentConfig('post-processors/amazon-import', options);
}

const BUCKET = { s3_bucket_name: 'images' };

test.each([
  [{}, 'ebs-direct'],
  [BUCKET, 'import-image'],
  [{ ...BUCKET, method: 'ebs-direct' }, 'ebs-direct'],
  [{ method: 'import-image' }, 'import-image'],
] as const)('%j means %s', (options, method) => {
  expect(methodOf(config(options))).toBe(method);
});

test.each([
  [{}, undefined, 'legacy-bios'],
  [{}, ['uefi'], 'uefi'],
  [{}, ['bios', 'uefi'], 'legacy-bios'],
  [BUCKET, ['uefi'], 'legacy-bios'],
  [{ architecture: 'arm64' }, undefined, 'uefi'],
  [{ boot_mode: 'uefi-preferred' }, ['bios'], 'uefi-preferred'],
] as const)('%j with firmware %j boots by %s', (options, firmware, mode) => {
  expect(bootModeOf(config(options), firmware)).toBe(mode);
});

const complaints: readonly (readonly [JsonObject, readonly string[]])[] = [
  [{}, []],
  [{ ami_name: 'web', ami_encrypt: true, ami_users: [] }, []],
  [{ ...BUCKET, license_type: 'BYOL', s3_encryption: 'aws:kms', s3_encryption_key: 'k' }, []],
  [{ ...BUCKET, ami_encrypt: true, ami_kms_key: 'alias/mine', ami_users: ['1'] }, []],
  [{ method: 'import-image' }, ['AMAZON_IMPORT /method']],
  [{ license_type: 'BYOL', role_name: 'r' }, ['AMAZON_IMPORT /license_type', 'AMAZON_IMPORT /role_name']],
  [{ ...BUCKET, method: 'ebs-direct' }, ['AMAZON_IMPORT /s3_bucket_name']],
  [{ format: 'ova' }, ['AMAZON_IMPORT /format']],
  [{ ...BUCKET, format: 'qcow2' }, ['AMAZON_IMPORT /format']],
  [{ ...BUCKET, s3_encryption_key: 'k' }, ['AMAZON_IMPORT /s3_encryption_key']],
  [{ ami_name: 'x' }, ['AMAZON_AMI_NAME /ami_name']],
  [{ ami_kms_key: 'k' }, ['AMAZON_KMS /ami_kms_key']],
  [{ ami_encrypt: true, ami_kms_key: 'alias/mine' }, ['AMAZON_KMS /ami_kms_key']],
  [{ ami_encrypt: true, ami_users: ['1'] }, ['AMAZON_SHARE_ENCRYPTED /ami_users']],
  [{ ami_encrypt: true, ami_groups: ['all'] }, ['AMAZON_SHARE_ENCRYPTED /ami_groups']],
  [{ architecture: 'arm64', boot_mode: 'legacy-bios' }, ['AMAZON_IMPORT /boot_mode']],
  [{ access_key: 'a' }, ['AMAZON_ACCESS /access_key']],
];

test.each(complaints)('of %j is said: %j', (options, said) => {
  expect(prepare(config(options)).map(({ code, pointer }) => `${code} ${pointer}`)).toEqual(said);
});

function made(format: string, ...files: string[]): Pick<Artifact, 'files' | 'disks' | 'properties'> {
  return { files, disks: files.map((path) => ({ path, format, virtualSize: 1 })), properties: {} };
}
const qemu = made('qcow2', '/out/web');

test.each([
  ['the builder’s own disk, whatever its name', qemu, undefined, 'ebs-direct', '/out/web qcow2'],
  ['the builder’s own disk for a bucket', made('raw', '/out/web'), 'raw', 'import-image', '/out/web raw'],
  [
    'the first file of the extension',
    { files: ['/a.txt', '/b.ova', '/c.ova'], properties: {} },
    undefined,
    'import-image',
    '/b.ova ova',
  ],
  ['.img as raw', { files: ['/a.img'], properties: {} }, undefined, 'ebs-direct', '/a.img raw'],
  [
    'any name as raw when the template says so',
    { files: ['/a.disk'], properties: {} },
    'raw',
    'ebs-direct',
    '/a.disk raw',
  ],
  [
    'the first of the builder’s own disks',
    made('raw', '/out/web', '/out/web-1'),
    undefined,
    'ebs-direct',
    '/out/web raw',
  ],
  ['the builder’s own disk by AWS’s name of its format', made('vpc', '/web'), 'vhd', 'import-image', '/web vhd'],
  [
    'not by its name what the builder says is another format',
    made('vdi', '/web.img'),
    undefined,
    'ebs-direct',
    'AMAZON_IMPORT_FILE',
  ],
  [
    'not as raw what the builder says is another format',
    made('vdi', '/out/web'),
    'raw',
    'ebs-direct',
    'AMAZON_IMPORT_FILE',
  ],
  ['not a disk of another format', qemu, 'vmdk', 'ebs-direct', 'AMAZON_IMPORT_FILE'],
  ['not a qcow2 for a bucket', qemu, undefined, 'import-image', 'AMAZON_IMPORT_FILE'],
  ['not an artifact of a cloud', { files: [], properties: {} }, undefined, 'ebs-direct', 'AMAZON_IMPORT_FILE'],
] as const)('of an artifact is taken: %s', (_what, artifact, format, method, expected) => {
  const given = { builderId: '', id: '', description: '', ...artifact };
  let found: string;
  try {
    const disk = chooseDisk(given, format, method);
    found = `${disk.path} ${disk.format}`;
  } catch (error) {
    found = (error as { readonly code: string }).code;
  }
  expect(found).toBe(expected);
});

test('blocks are cut out of extents: parts of one block together, holes and empty extents left out', () => {
  const extents = [0, 10, 1000, 100, 0, 7, 200, 20, 2000, BLOCK_SIZE - 5, 10, 5000, 9 * BLOCK_SIZE, 2 * BLOCK_SIZE, 0];
  expect([...blocksOf(extents)]).toEqual([
    {
      index: 0,
      fragments: [
        { offset: 1000, at: 0, length: 10 },
        { offset: 2000, at: 200, length: 20 },
        { offset: 5000, at: BLOCK_SIZE - 5, length: 5 },
      ],
    },
    { index: 1, fragments: [{ offset: 5005, at: 0, length: 5 }] },
    { index: 9, fragments: [{ offset: 0, at: 0, length: BLOCK_SIZE }] },
    { index: 10, fragments: [{ offset: BLOCK_SIZE, at: 0, length: BLOCK_SIZE }] },
  ]);
  expect(countBlocks(extents)).toBe(4);
  expect([...blocksOf([])]).toEqual([]);
});

test('digests are aggregated in the order of their blocks, whatever the order in which they came', () => {
  const [one, other] = [blockDigests(), blockDigests()];
  const digest = (index: number): Buffer => Buffer.alloc(32, index % 256);
  const indexes = [5, 70_000, 63, 64, 1];
  for (const index of indexes) one.set(index, digest(index));
  for (const index of indexes.toReversed()) other.set(index, digest(index));
  other.set(5, digest(5));
  expect(other.count).toBe(5);
  expect(other.has(64)).toBe(true);
  expect(other.has(65)).toBe(false);
  expect(other.aggregate()).toBe(one.aggregate());
});

test.each([
  [1, 8],
  [80_000 * 1_048_576, 8],
  [80_001 * 1_048_576, 9],
  [2 ** 40, 105],
])('a file of %d bytes goes in parts of %d MiB', (size, mebibytes) => {
  expect(partSize(size)).toBe(mebibytes * 1_048_576);
  expect(Math.ceil(size / partSize(size))).toBeLessThanOrEqual(10_000);
});
