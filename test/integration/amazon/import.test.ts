import {
  closeSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { shop, type Ran, type Shop } from './shop.ts';

const BLOCK = 524_288;
const BLOCKS = 140;
const SIZE = BLOCKS * BLOCK;
const READY = { timeout: 60_000 };

interface Importing extends Shop {
  readonly file: string;
  /** Starts the build, and kills it when so many blocks have arrived; those after them hang. */
  killAfter(blocks: number): Promise<void>;
  resume(...more: readonly string[]): Promise<Ran>;
  /** Indexes of the blocks that were put, in the order of the calls. */
  put(): readonly number[];
  calls(name: string): number;
  /** The snapshot of the only AMI, byte by byte. */
  snapshot(): Buffer;
  kinds(): readonly string[];
}

/** A place with a disk of blocks that all hold something. */
async function importing(): Promise<Importing> {
  const place = await shop();
  const { ec2, directory } = place;
  const file = join(directory, 'disk.raw');
  const descriptor = openSync(file, 'wx');
  for (let index = 0; index < BLOCKS; index += 1) writeSync(descriptor, `block ${index}`, index * BLOCK + index);
  ftruncateSync(descriptor, SIZE);
  closeSync(descriptor);
  const template = join(directory, 't.json');
  const target = join(directory, 'out/disk.raw');
  writeFileSync(
    template,
    JSON.stringify({
      builders: [{ type: 'file', source: file, target }],
      'post-processors': [{ type: 'amazon-import', ami_name: 'imported', keep_input_artifact: true }],
    }),
  );
  const calls = (name: string): number => ec2.calls.filter(({ call }) => call === name).length;
  const runs = join(directory, 'state/runs');
  return {
    ...place,
    file: target,
    calls,
    killAfter: async (blocks) => {
      ec2.plan({ call: 'PutSnapshotBlock', skip: blocks, times: 1000, dropped: true, delay: 120_000 });
      const { child, ended } = place.start('build', template);
      await expect.poll(() => calls('PutSnapshotBlock'), READY).toBeGreaterThanOrEqual(blocks);
      // What was confirmed is noted by now, but for what is on its way at this moment.
      child.kill('SIGKILL');
      await ended;
      ec2.world.faults.clear();
    },
    resume: (...more) => {
      const runId = readdirSync(runs).find((name) => !name.startsWith('.')) ?? '';
      return place.start('resume', ...more, runId).ended;
    },
    put: () =>
      ec2.calls.flatMap(({ call, input }) =>
        call === 'PutSnapshotBlock' ? [(input as { readonly BlockIndex: number }).BlockIndex] : [],
      ),
    snapshot: () => {
      const whole = Buffer.alloc(SIZE);
      const [entry, ...others] = ec2
        .region('us-east-1')
        .snapshots.all()
        .filter(({ blocks }) => blocks.size > 0);
      if (entry === undefined || others.length > 0) throw new Error('not one snapshot');
      for (const [index, data] of entry.blocks) data.copy(whole, index * BLOCK);
      return whole;
    },
    kinds: () =>
      ec2
        .leftovers()
        .map(({ kind }) => kind)
        .sort(),
  };
}

/** The blocks that a record says are there. */
function recorded(place: Shop): readonly number[] {
  const [name = ''] = records(place);
  const bytes = readFileSync(join(place.directory, 'cache/amazon-import', name));
  const entries = bytes.subarray(bytes.indexOf('\n') + 1);
  return Array.from({ length: Math.floor(entries.length / 36) }, (_none, entry) => entries.readUInt32LE(entry * 36));
}

function records(place: Shop): readonly string[] {
  return readdirSync(join(place.directory, 'cache/amazon-import'));
}

it(
  'an upload that was killed in the middle goes on, and sends no block again that was confirmed',
  { timeout: 120_000 },
  async () => {
    await using place = await importing();
    await place.killAfter(70);
    const confirmed = recorded(place);
    expect(confirmed.length).toBeGreaterThan(0);
    const { code, output } = await place.resume();
    expect(code, output).toBe(0);
    expect(output).toMatch(/going on with the snapshot snap-\w+: \d+ blocks are there/);
    const put = place.put();
    expect(confirmed.filter((index) => put.indexOf(index) !== put.lastIndexOf(index))).toEqual([]);
    expect(place.calls('StartSnapshot')).toBe(1);
    expect(place.snapshot().equals(readFileSync(place.file))).toBe(true);
    expect(place.kinds()).toEqual(['image', 'snapshot']);
    expect(records(place)).toEqual([]);
  },
);

it('an upload of a disk that was changed meanwhile begins anew', { timeout: 120_000 }, async () => {
  await using place = await importing();
  await place.killAfter(50);
  writeFileSync(place.file, Buffer.alloc(SIZE, 'other'));
  const { code, output } = await place.resume();
  expect(code, output).toBe(0);
  expect(place.calls('StartSnapshot')).toBe(2);
  expect(place.snapshot().equals(readFileSync(place.file))).toBe(true);
  expect(place.kinds()).toEqual(['image', 'snapshot']);
  expect(records(place)).toEqual([]);
});

it(
  'a disk that was changed behind its time is refused by the checksum of all blocks',
  { timeout: 120_000 },
  async () => {
    await using place = await importing();
    await place.killAfter(50);
    // As if the record were of other blocks: the checksum of one of them.
    const [name = ''] = records(place);
    const path = join(place.directory, 'cache/amazon-import', name);
    const { atime, mtime } = statSync(path);
    const bytes = readFileSync(path);
    const first = bytes.indexOf('\n') + 1 + 4;
    bytes.writeUInt8(bytes.readUInt8(first) ^ 1, first);
    writeFileSync(path, bytes);
    utimesSync(path, atime, mtime);
    const { code, output } = await place.resume();
    expect(code, output).not.toBe(0);
    expect(output).toContain('checksum');
    expect(place.kinds()).toEqual([]);
  },
);

it('gc removes what an upload left that was killed', { timeout: 120_000 }, async () => {
  await using place = await importing();
  await place.killAfter(30);
  expect(place.kinds()).toEqual(['snapshot']);
  const { code, output } = await place.start('gc').ended;
  expect(code, output).toBe(0);
  expect(place.kinds()).toEqual([]);
  expect(records(place)).toEqual([]);
});

it('an upload that failed with -on-error=keep goes on', { timeout: 120_000 }, async () => {
  await using place = await importing();
  place.ec2.plan({
    call: 'PutSnapshotBlock',
    skip: 60,
    times: 1000,
    error: { code: 'AccessDeniedException', status: 403 },
  });
  const failed = await place.start('build', '-on-error=keep', join(place.directory, 't.json')).ended;
  expect(failed.code, failed.output).not.toBe(0);
  expect(place.kinds()).toEqual(['snapshot']);
  place.ec2.world.faults.clear();
  const { code, output } = await place.resume();
  expect(code, output).toBe(0);
  expect(place.calls('StartSnapshot')).toBe(1);
  expect(place.snapshot().equals(readFileSync(place.file))).toBe(true);
  expect(place.kinds()).toEqual(['image', 'snapshot']);
});
