import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootSectorCode, placedCoreImage } from '../../../../builders/rootfs/disk/bios-boot.ts';
import { layOutDisk, parseDiskSize } from '../../../../builders/rootfs/disk/disk-layout.ts';
import { PARTITION_TYPES, partitionTable } from '../../../../builders/rootfs/disk/partition-table.ts';

const run = promisify(execFile);
const MEBIBYTE = 1024 * 1024;

describe('disk_size', () => {
  it.each([
    ['2g', 2 * 1024 * MEBIBYTE],
    ['2G', 2 * 1024 * MEBIBYTE],
    ['600', 600 * MEBIBYTE],
    ['700000k', 700_000 * 1024],
    ['1t', 1024 * 1024 * MEBIBYTE],
    ['1073741824b', 1024 * MEBIBYTE],
  ])('%s is %i bytes', (text, bytes) => {
    expect(parseDiskSize(text)).toBe(bytes);
  });

  it('is rounded up to whole mebibytes', () => {
    expect(layOutDisk(600 * MEBIBYTE + 1).size).toBe(601 * MEBIBYTE);
  });
});

describe('the partition table', () => {
  const layout = layOutDisk(512 * MEBIBYTE);
  const uuid = '0fc63daf-8483-4772-8e79-3d69d8477de4';
  let directory = '';
  let disk = '';

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kiln-table-'));
    disk = join(directory, 'disk');
    await writeFile(disk, '');
    await truncate(disk, layout.size);
    const pieces = partitionTable({ size: layout.size, uuid, bootCode: Buffer.alloc(512, 0xcc) }, [
      { number: 1, type: PARTITION_TYPES.rootAmd64, uuid: uuid.replace('0', 'a'), name: 'root', extent: layout.root },
      { number: 15, type: PARTITION_TYPES.efiSystem, uuid, name: 'efi', extent: layout.efiSystem },
    ]);
    await using file = await open(disk, 'r+');
    for (const { offset, bytes } of pieces) await file.write(bytes, 0, bytes.length, offset);
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('is what sfdisk reads back', async () => {
    const { stdout } = await run('sfdisk', ['--json', disk]);
    const { partitiontable } = JSON.parse(stdout) as {
      partitiontable: { label: string; id: string; partitions: readonly Record<string, unknown>[] };
    };
    expect(partitiontable).toMatchObject({ label: 'gpt', id: uuid.toUpperCase() });
    expect(partitiontable.partitions).toEqual([
      {
        node: `${disk}1`,
        start: layout.root.offset / 512,
        size: layout.root.size / 512,
        type: PARTITION_TYPES.rootAmd64.toUpperCase(),
        uuid: uuid.replace('0', 'a').toUpperCase(),
        name: 'root',
      },
      {
        node: `${disk}15`,
        start: 4096,
        size: 131_072,
        type: PARTITION_TYPES.efiSystem.toUpperCase(),
        uuid: uuid.toUpperCase(),
        name: 'efi',
      },
    ]);
  });

  it('and its copy at the end of the disk are sound to sgdisk', async () => {
    const { stdout } = await run('sgdisk', ['--verify', disk]);
    expect(stdout).toContain('No problems found');
    await using file = await open(disk, 'r+');
    await file.write(Buffer.alloc(512), 0, 512, 512);
    const damaged = await run('sgdisk', ['--print', disk]);
    expect(damaged.stdout).toMatch(/^ +15 /m);
  });

  it('leaves the boot code alone and stops after it', async () => {
    await using file = await open(disk);
    const { buffer } = await file.read(Buffer.alloc(512), 0, 512, 0);
    expect(buffer.subarray(0, 440).every((byte) => byte === 0xcc)).toBe(true);
    expect(buffer.readUInt32LE(440)).toBe(0);
    expect(buffer.readUInt16LE(510)).toBe(0xaa55);
  });
});

describe('the BIOS boot loader', () => {
  it('is told by its boot sector where it lies', () => {
    const code = bootSectorCode(Buffer.alloc(512, 0xff), MEBIBYTE);
    expect(Buffer.from(code).readBigUInt64LE(0x5c)).toBe(2048n);
    expect([...code.subarray(0x65, 0x69)]).toEqual([0xff, 0x90, 0x90, 0xff]);
    expect(code.length).toBe(440);
  });

  it('is told by its first sector where the others lie, and fills whole sectors', () => {
    const placed = Buffer.from(placedCoreImage(Buffer.alloc(1000, 0xff), MEBIBYTE));
    expect(placed.readBigUInt64LE(0x1f4)).toBe(2049n);
    expect(placed.length).toBe(1024);
  });
});
