import { describe, expect, it } from 'vitest';
import { StepError } from '../../../../core/errors/errors.ts';
import type { DeviceOptions } from '../../../../builders/_amazon/api/block-devices.ts';
import {
  imageDevices,
  rootDevice,
  sourceDevices,
  type SurrogateOptions,
} from '../../../../builders/amazon-ebssurrogate/devices.ts';
import { planSwap } from '../../../../builders/amazon-ebssurrogate/swap-plan.ts';

const bare = { delete_on_termination: false, no_device: false, omit_from_artifact: false };
const root = { source_device_name: '/dev/xvdf', device_name: '/dev/xvda' };

function options(
  launch: readonly (Partial<DeviceOptions> & { readonly omit_from_artifact?: boolean })[],
  more: Partial<SurrogateOptions> = {},
): SurrogateOptions {
  return {
    ami_root_device: root,
    launch_block_device_mappings: launch.map((each) => ({ ...bare, ...each })),
    ...more,
  };
}

/** What the devices are called, and the snapshot behind each. */
function shown(devices: readonly DeviceOptions[]): readonly string[] {
  return devices.map(({ device_name: name = '', snapshot_id: snapshot = 'none' }) => `${name} ${snapshot}`);
}

describe('which volumes become the AMI', () => {
  it.each<[string, SurrogateOptions, readonly string[], readonly string[]]>([
    ['the one', options([{ device_name: '/dev/xvdf' }]), ['/dev/xvdf'], ['/dev/xvda snap-/dev/xvdf']],
    [
      'beside another one',
      options([{ device_name: '/dev/xvdf' }, { device_name: '/dev/xvdg' }]),
      ['/dev/xvdf', '/dev/xvdg'],
      ['/dev/xvda snap-/dev/xvdf', '/dev/xvdg snap-/dev/xvdg'],
    ],
    [
      'but none that is to be left out',
      options([{ device_name: '/dev/xvdf' }, { device_name: '/dev/xvdg', omit_from_artifact: true }]),
      ['/dev/xvdf'],
      ['/dev/xvda snap-/dev/xvdf'],
    ],
    [
      'and not the root of the instance, in whichever order they come',
      options([{ device_name: '/dev/xvdf' }, { device_name: '/dev/xvda' }]),
      ['/dev/xvdf'],
      ['/dev/xvda snap-/dev/xvdf'],
    ],
    [
      'with an instance store volume, and without what the instance leaves out',
      options([
        { device_name: '/dev/xvdf' },
        { device_name: '/dev/sdb', virtual_name: 'ephemeral0' },
        { device_name: '/dev/sdc', no_device: true },
      ]),
      ['/dev/xvdf'],
      ['/dev/xvda snap-/dev/xvdf', '/dev/sdb none'],
    ],
    [
      'over those that are only the AMI has',
      options([{ device_name: '/dev/xvdf' }, { device_name: '/dev/xvdg' }], {
        ami_block_device_mappings: [
          { ...bare, device_name: '/dev/xvdg', volume_size: 9 },
          { ...bare, device_name: '/dev/xvdh', snapshot_id: 'snap-own' },
        ],
      }),
      ['/dev/xvdf', '/dev/xvdg'],
      ['/dev/xvdg snap-/dev/xvdg', '/dev/xvdh snap-own', '/dev/xvda snap-/dev/xvdf'],
    ],
    [
      'when source and root have one name',
      options([{ device_name: '/dev/xvda' }], { ami_root_device: { ...root, source_device_name: '/dev/xvda' } }),
      ['/dev/xvda'],
      ['/dev/xvda snap-/dev/xvda'],
    ],
  ])('%s', (_name, config, sources, devices) => {
    expect(sourceDevices(config)).toEqual(sources);
    const snapshots = new Map(sources.map((name) => [name, `snap-${name}`]));
    expect(shown(imageDevices(config, snapshots))).toEqual(devices);
  });

  it('says nothing of encryption and of what a volume was made from, which the snapshot knows', () => {
    const launch = { device_name: '/dev/xvdf', encrypted: true, kms_key_id: 'alias/a', snapshot_id: 'snap-old' };
    const config = options([{ ...launch, volume_size: 5 }]);
    const expected = { ...bare, device_name: '/dev/xvda', volume_size: 5 };
    expect(imageDevices(config)).toEqual([expected]);
    const snapshots = new Map([['/dev/xvdf', 'snap-new']]);
    expect(imageDevices(config, snapshots)).toEqual([{ ...expected, snapshot_id: 'snap-new' }]);
  });
});

describe('the root device', () => {
  const device = { ...bare, device_name: '/dev/xvdf', volume_type: 'io2', volume_size: 5, iops: 400 };
  it.each([
    [{}, { ...device, device_name: '/dev/xvda' }],
    [{ delete_on_termination: true }, { ...device, device_name: '/dev/xvda', delete_on_termination: true }],
    [
      { volume_type: 'gp3', throughput: 250 },
      { ...bare, device_name: '/dev/xvda', volume_type: 'gp3', volume_size: 5, throughput: 250 },
    ],
    [
      { volume_type: 'io2', volume_size: 8 },
      { ...device, device_name: '/dev/xvda', volume_size: 8 },
    ],
    [{ iops: 500 }, { ...device, device_name: '/dev/xvda', iops: 500 }],
  ])('is as it was launched, but for what %j says', (given, expected) => {
    expect(rootDevice(device, { ...root, ...given })).toEqual(expected);
  });
});

describe('swapping', () => {
  const at = (device: string) => ({ device, id: `vol${device}`, goes: true });
  const config = options([{ device_name: '/dev/xvdf' }, { device_name: '/dev/xvdg', omit_from_artifact: true }]);
  it.each([
    ['moves the source to the root', ['/dev/xvda', '/dev/xvdf'], ['/dev/xvda'], '/dev/xvdf'],
    ['takes away what is left out', ['/dev/xvda', '/dev/xvdf', '/dev/xvdg'], ['/dev/xvda', '/dev/xvdg'], '/dev/xvdf'],
    ['lets other volumes be', ['/dev/xvda', '/dev/xvdf', '/dev/xvdh'], ['/dev/xvda'], '/dev/xvdf'],
    ['goes on when the root is off already', ['/dev/xvdf'], [], '/dev/xvdf'],
    ['is over when the source is the root already', ['/dev/xvda'], [], undefined],
  ])('%s', (_name, there, remove, move) => {
    const plan = planSwap(config, there.map(at));
    expect(plan.remove.map(({ device }) => device)).toEqual(remove);
    expect(plan.move?.device).toBe(move);
  });

  it('moves nothing when the source has the name of the root', () => {
    const same = { ...config, ami_root_device: { ...root, source_device_name: '/dev/xvda' } };
    expect(planSwap(same, [at('/dev/xvda')])).toEqual({ remove: [], move: undefined });
  });

  it('fails when the volume is not there', () => {
    expect(() => planSwap(config, [at('/dev/xvdh')])).toThrow(StepError);
    expect(() => planSwap(config, [at('/dev/xvdh')])).toThrow('the instance has no volume /dev/xvdf, but /dev/xvdh');
  });
});
