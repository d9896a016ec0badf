/** What others say of volumes, of images of them, and of blocks that were put through EBS direct: moto and botocore. */
import { execFile } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { pythonWithAws } from '../../support/ec2/witnesses/python.ts';
import { startMoto } from '../../support/ec2/witnesses/moto.ts';
import { askAws, askPython, awsAt, LIMIT, MOTO_IMAGE, type Environment } from './others-aws.ts';
import { kilnIn, root, shop } from './shop.ts';

const run = promisify(execFile);
const BLOCK = 524_288;
const SIZE = 40 * 1_048_576;
/** What a disk has in it, and which blocks that touches; zeros that were written count as none. */
const TEXTS: Readonly<Record<number, string>> = {
  0: 'boot',
  [3 * BLOCK - 2]: 'over the edge',
  [10 * BLOCK + 77]: '\0\0\0',
  [20 * BLOCK]: 'x'.repeat(BLOCK),
  [SIZE - 3]: 'end',
};
const BLOCKS = [0, 2, 3, 20, 79];

let python: string | undefined;
// The first time it may have to be installed.
beforeAll(() => {
  python = pythonWithAws();
}, 300_000);

function makeDisk(path: string): void {
  const descriptor = openSync(path, 'wx');
  ftruncateSync(descriptor, SIZE);
  for (const [place, text] of Object.entries(TEXTS)) writeSync(descriptor, text, Number(place));
  closeSync(descriptor);
}

interface Blocks {
  readonly snapshot: string;
  readonly blocks: readonly number[];
}

/** botocore as a client of EBS direct: `read SNAPSHOT FILE` or `write FILE GIB`. */
function botocore(environment: Environment, ...words: readonly string[]): Promise<Blocks> {
  return askPython(python ?? '', environment, join(import.meta.dirname, 'snapshot-blocks.py'), ...words);
}

function sorted(indexes: readonly number[]): readonly number[] {
  return indexes.toSorted((one, other) => one - other);
}

/** That botocore reads the disk from the snapshot: its blocks, and no others. */
async function expectDisk(snapshot: string, disk: string, environment: Environment): Promise<void> {
  const copy = `${disk}.${snapshot}`;
  const { blocks } = await botocore(environment, 'read', snapshot, copy);
  expect(sorted(blocks)).toEqual(BLOCKS);
  expect(readFileSync(copy).subarray(0, SIZE).equals(readFileSync(disk))).toBe(true);
}

const device = { volume_size: 2, delete_on_termination: true };
const instance = { source_ami: MOTO_IMAGE, instance_type: 't3.micro', communicator: 'none' };
const surrogate = {
  ...instance,
  type: 'amazon-ebssurrogate',
  ami_name: 'surrogate',
  ami_root_device: { source_device_name: '/dev/xvdf', device_name: '/dev/xvda' },
  launch_block_device_mappings: [{ ...device, device_name: '/dev/xvdf' }],
};
const data = { device_name: '/dev/xvdg', volume_size: 3, delete_on_termination: false, snapshot_volume: true };
const volumes = { ...instance, type: 'amazon-ebsvolume', ebs_volumes: [{ ...data, tags: { Name: 'data' } }] };
const importing = { type: 'amazon-import', ami_name: 'imported', keep_input_artifact: true };

interface Found {
  readonly Images: readonly { readonly ImageId: string; readonly Name: string; readonly State: string }[];
  readonly Reservations: readonly { readonly Instances: readonly { readonly State: { readonly Name: string } }[] }[];
  readonly Volumes: readonly object[];
  readonly Snapshots: readonly object[];
}

it(
  'a surrogate, volumes and an import get on with moto, which has what they tell of',
  { timeout: LIMIT },
  async (context) => {
    if (python === undefined) return context.skip();
    await using moto = await startMoto(python);
    const directory = mkdtempSync(join(tmpdir(), 'kiln-moto-'));
    try {
      const disk = join(directory, 'disk.raw');
      makeDisk(disk);
      const imported = { type: 'file', source: disk, target: 'out/disk.raw' };
      const template = {
        builders: [surrogate, volumes, imported],
        'post-processors': [{ ...importing, only: ['file'] }],
      };
      writeFileSync(join(directory, 't.json'), JSON.stringify(template));
      const environment = awsAt(moto.endpoint);
      const { stdout } = await run(process.execPath, [join(root, 'dist/cli.cjs'), 'build', 't.json'], {
        cwd: directory,
        timeout: LIMIT,
        env: { ...kilnIn(directory), ...environment },
      });
      const ask = (...words: readonly string[]): Promise<Found> => askAws(python ?? '', environment, 'ec2', ...words);
      const said = (pattern: RegExp): string => pattern.exec(stdout)?.[1] ?? '';
      const [ofSurrogate, ofVolume] = [
        said(/amazon-ebssurrogate: the snapshot (\S+) of \S+ is/),
        said(/us-east-1:(snap-\w+)/),
      ];
      const uploaded = said(/sending .* to (snap-\w+)/);
      const [images, instances, left, snapshots] = await Promise.all([
        ask('describe-images', '--owners', 'self'),
        ask('describe-instances'),
        ask('describe-volumes'),
        ask('describe-snapshots', '--snapshot-ids', ofSurrogate, ofVolume, uploaded),
        expectDisk(uploaded, disk, environment),
      ]);
      // Not what is in the AMIs: moto's RegisterImage takes no mappings, and answers with a disk of its own, of 15 GiB.
      expect(images.Images.map(({ Name, State }) => [Name, State]).sort()).toEqual([
        ['imported', 'available'],
        ['surrogate', 'available'],
      ]);
      for (const { ImageId } of images.Images) expect(stdout).toContain(`us-east-1: ${ImageId}`);
      const states = instances.Reservations.flatMap(({ Instances }) => Instances.map(({ State }) => State.Name));
      expect(states).toEqual(['terminated', 'terminated']);
      // The other one is moto's: it makes a volume for each snapshot that begins in EBS direct.
      expect(left.Volumes).toHaveLength(2);
      const kept = { VolumeId: said(/us-east-1:(vol-\w+)/), Size: 3, State: 'available' };
      expect(left.Volumes).toContainEqual(expect.objectContaining({ ...kept, Tags: [{ Key: 'Name', Value: 'data' }] }));
      expect(snapshots.Snapshots).toHaveLength(3);
      for (const [SnapshotId, VolumeSize] of [
        [ofSurrogate, 2],
        [ofVolume, 3],
        [uploaded, 1],
      ]) {
        const wanted = expect.objectContaining({ SnapshotId, VolumeSize, State: 'completed' }) as object;
        expect(snapshots.Snapshots).toContainEqual(wanted);
      }
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
);

it(
  'botocore reads from the test EC2 what Kiln has uploaded, and puts the same blocks',
  { timeout: LIMIT },
  async (context) => {
    if (python === undefined) return context.skip();
    await using place = await shop();
    const { ec2, directory } = place;
    const disk = join(directory, 'disk.raw');
    makeDisk(disk);
    const template = {
      builders: [{ type: 'file', source: disk, target: join(directory, 'out/disk.raw') }],
      'post-processors': [importing],
    };
    writeFileSync(join(directory, 't.json'), JSON.stringify(template));
    const { code, output } = await place.start('build', 't.json').ended;
    expect(code, output).toBe(0);
    const uploaded = ec2.leftovers().find(({ kind }) => kind === 'snapshot')?.id ?? '';
    const own = await botocore(ec2.environment, 'write', disk, '1');
    expect(own.blocks).toEqual(BLOCKS);
    // A snapshot can be read when it is completed, and that takes a minute of the server's time.
    ec2.advance(120_000);
    await Promise.all([uploaded, own.snapshot].map((each) => expectDisk(each, disk, ec2.environment)));
    expect(ec2.broken).toEqual([]);
  },
);
