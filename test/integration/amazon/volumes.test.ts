import { describe, expect, it } from 'vitest';
import { killAfter, killAndCollect, unanswered } from './kill.ts';
import { shop } from './shop.ts';

const device = { device_name: '/dev/xvdf', volume_size: 2, delete_on_termination: true };
const surrogate = {
  type: 'amazon-ebssurrogate',
  communicator: 'none',
  ami_root_device: { source_device_name: '/dev/xvdf', device_name: '/dev/xvda' },
  launch_block_device_mappings: [device],
};
const volume = {
  type: 'amazon-ebsvolume',
  ami_name: undefined,
  communicator: 'none',
  ebs_volumes: [{ ...device, delete_on_termination: false, tags: { Name: 'data' }, snapshot_volume: true }],
};

const usual: readonly (readonly [string, object])[] = [
  ['CreateSnapshot', surrogate],
  ['AttachVolume', { ...surrogate, use_create_image: true }],
  ['ModifyInstanceAttribute', volume],
];
/** Tried with KILN_LONG_TESTS=1. */
const more: typeof usual = [
  ['RegisterImage', surrogate],
  ['DetachVolume', { ...surrogate, use_create_image: true }],
  ['CreateImage', { ...surrogate, use_create_image: true }],
  ['RunInstances', volume],
  ['CreateSnapshot', volume],
  ['CreateTags', volume],
];

describe('kill -9 of a build of volumes while a call is under way', { timeout: 120_000 }, () => {
  it.each([...usual, ...(process.env['KILN_LONG_TESTS'] === '1' ? more : [])])(
    '%s: gc finds what was made and leaves nothing',
    async (call, builder) => {
      await using place = await shop({ faults: unanswered(call) });
      await killAndCollect(call, builder, place);
    },
  );
});

describe('resuming a build of volumes after kill -9', { timeout: 120_000 }, () => {
  it.each([
    ['goes on with the snapshot when the AMI was not there yet', surrogate, 'RegisterImage'],
    ['goes on with the volumes and snapshots when they were there', volume, 'ModifyInstanceAttribute'],
    ['tells what was made when it was kept already', volume, 'DeleteTags'],
  ])('%s', async (_title, builder, call) => {
    await using place = await shop({ faults: [{ call, delay: 120_000 }] });
    await killAfter(1, call, place.ec2, place.start('build', place.template(builder)));
    const { code, output } = await place.resume();
    expect(code, output).toBe(0);
    expect([place.calls('RunInstances'), place.calls('CreateSnapshot')]).toEqual([1, 1]);
    expect(place.kinds()).toEqual(builder === volume ? ['snapshot', 'volume'] : ['image', 'snapshot']);
    const left = place.ec2.leftovers();
    for (const { kind, id } of left) if (kind !== 'snapshot') expect(output).toContain(id);
    expect(place.ec2.broken).toEqual([]);
  });
});

describe('a whole build as a process', { timeout: 60_000 }, () => {
  it.each([
    ['amazon-ebssurrogate', surrogate, /^us-east-1:ami-\w+$/, ['image', 'snapshot']],
    ['amazon-ebsvolume', volume, /^us-east-1:snap-\w+,us-east-1:vol-\w+$/, ['snapshot', 'volume']],
  ] as const)('%s tells what it has made', async (_type, builder, id, kinds) => {
    await using place = await shop();
    const { code, output } = await place.start('build', '-machine-readable', place.template(builder)).ended;
    expect(code, output).toBe(0);
    const [, said = ''] = /,artifact,0,id,(.*)/.exec(output) ?? [];
    expect(said.replaceAll('%!(PACKER_COMMA)', ',').trim()).toMatch(id);
    const left = place.ec2.leftovers();
    expect(left.map(({ kind }) => kind).sort()).toEqual(kinds);
    expect(left.flatMap(({ tags }) => Object.keys(tags)).filter((key) => key.startsWith('kiln'))).toEqual([]);
    expect(place.ec2.refusedDials()).toEqual([]);
  });
});
