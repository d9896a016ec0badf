import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Image } from '../../../../builders/_amazon/api/driver.ts';
import { metadataAddress } from '../../../../builders/_amazon/api/machine.ts';
import {
  freeDevices,
  nameForEc2,
  namesOf,
  partitionNode,
  withoutPartitionMark,
} from '../../../../builders/amazon-chroot/device-names.ts';
import { checkPrivileges } from '../../../../builders/amazon-chroot/host.ts';
import { mountsIn, readMountTable } from '../../../../core/files/mount-table.ts';
import { entryInTree, pathInTree } from '../../../../builders/amazon-chroot/mounts/path-in-tree.ts';
import { imageProperties } from '../../../../builders/amazon-chroot/registration.ts';
import { rootDeviceOf, volumeRequest } from '../../../../builders/amazon-chroot/volume-request.ts';

const source: Image = {
  Architecture: 'arm64',
  VirtualizationType: 'hvm',
  RootDeviceName: '/dev/xvda',
  BootMode: 'uefi',
  TpmSupport: 'v2.0',
  ImdsSupport: 'v2.0',
  EnaSupport: true,
  BlockDeviceMappings: [
    { DeviceName: '/dev/xvda', Ebs: { SnapshotId: 'snap-1', VolumeSize: 8, VolumeType: 'gp3', Encrypted: true } },
    { DeviceName: '/dev/sdb', Ebs: { SnapshotId: 'snap-2', VolumeSize: 9, Encrypted: false } },
    { DeviceName: '/dev/sdc', VirtualName: 'ephemeral0' },
  ],
};
const plain = { ami_architecture: 'x86_64' as const, sriov_support: false };

describe('the AMI', () => {
  it('is as its source, with the new snapshot for its root device', () => {
    expect(imageProperties(plain, source, 'snap-new')).toEqual({
      Architecture: 'arm64',
      VirtualizationType: 'hvm',
      BootMode: 'uefi',
      TpmSupport: 'v2.0',
      ImdsSupport: 'v2.0',
      EnaSupport: true,
      RootDeviceName: '/dev/xvda',
      BlockDeviceMappings: [
        { DeviceName: '/dev/xvda', Ebs: { SnapshotId: 'snap-new', VolumeSize: 8, VolumeType: 'gp3' } },
        { DeviceName: '/dev/sdb', Ebs: { SnapshotId: 'snap-2', VolumeSize: 9 } },
        { DeviceName: '/dev/sdc', VirtualName: 'ephemeral0' },
      ],
    });
  });

  it.each([
    [{ root_volume_size: 20 }, { BlockDeviceMappings: [{ Ebs: { VolumeSize: 20 } }, {}, {}] }],
    [{ root_volume_size: 2 }, { BlockDeviceMappings: [{ Ebs: { VolumeSize: 8 } }, {}, {}] }],
    [{ boot_mode: 'uefi-preferred' as const }, { BootMode: 'uefi-preferred', TpmSupport: 'v2.0' }],
    [{ boot_mode: 'legacy-bios' as const }, { BootMode: 'legacy-bios' }],
    [{ ena_support: false }, { EnaSupport: false }],
    [{ sriov_support: true }, { SriovNetSupport: 'simple' }],
    [{ uefi_data: 'AAAA' }, { UefiData: 'AAAA' }],
  ])('follows the template: %j', (options, expected) => {
    const properties = imageProperties({ ...plain, ...options }, source, 'snap-new');
    expect(properties).toMatchObject(expected);
    expect('TpmSupport' in properties).toBe(properties.BootMode !== 'legacy-bios');
  });

  it('has the devices of the template instead of those of the source', () => {
    const device = { device_name: '/dev/sda1', delete_on_termination: true, no_device: false };
    const other = {
      device_name: '/dev/sdb',
      delete_on_termination: false,
      no_device: false,
      volume_size: 3,
      encrypted: true,
    };
    const options = { ...plain, root_device_name: '/dev/sda1', ami_block_device_mappings: [device, other] };
    expect(imageProperties(options, source, 'snap-new')).toMatchObject({
      RootDeviceName: '/dev/sda1',
      BlockDeviceMappings: [
        { DeviceName: '/dev/sda1', Ebs: { SnapshotId: 'snap-new', DeleteOnTermination: true } },
        { DeviceName: '/dev/sdb', Ebs: { VolumeSize: 3, Encrypted: true } },
      ],
    });
  });

  it('keeps the kernel of a paravirtual source only', () => {
    const old: Image = { ...source, VirtualizationType: 'paravirtual', KernelId: 'aki-1', RamdiskId: 'ari-1' };
    expect(imageProperties(plain, old, 's')).toMatchObject({ KernelId: 'aki-1', RamdiskId: 'ari-1' });
    expect(imageProperties(plain, { ...source, KernelId: 'aki-1' }, 's')).not.toHaveProperty('KernelId');
  });
});

describe('the volume', () => {
  const gp3 = { SnapshotId: 'snap-1', VolumeSize: 8, VolumeType: 'gp3' as const, Iops: 4000, Throughput: 250 };
  it.each([
    [{}, gp3, { SnapshotId: 'snap-1', Size: 8, VolumeType: 'gp3', Iops: 4000, Throughput: 250 }],
    [{}, { ...gp3, VolumeType: 'gp2' as const }, { SnapshotId: 'snap-1', Size: 8, VolumeType: 'gp2' }],
    [{ root_volume_size: 9 }, gp3, { Size: 9 }],
    [{ root_volume_size: 7 }, gp3, { Size: 8 }],
    [{ root_volume_type: 'st1' as const }, gp3, { SnapshotId: 'snap-1', Size: 8, VolumeType: 'st1' }],
    [{ encrypt_boot: true, kms_key_id: 'alias/a' }, gp3, { Encrypted: true, KmsKeyId: 'alias/a' }],
    [{ encrypt_boot: false }, gp3, { Size: 8 }],
    [{ root_volume_encrypt_boot: true }, gp3, { Encrypted: true }],
    [{ root_volume_kms_key_id: 'alias/b' }, gp3, { Encrypted: true, KmsKeyId: 'alias/b' }],
    [
      { encrypt_boot: true, kms_key_id: 'alias/a', root_volume_encrypt_boot: true, root_volume_kms_key_id: 'alias/b' },
      gp3,
      { Encrypted: true, KmsKeyId: 'alias/b' },
    ],
    [{ root_volume_encrypt_boot: false }, gp3, { Size: 8 }],
    [{ root_volume_encrypt_boot: false, encrypt_boot: true }, gp3, { Size: 8 }],
    [{ root_volume_size: 4 }, undefined, { Size: 4, VolumeType: 'gp2' }],
    [{ root_volume_size: 4, root_volume_type: 'gp3' as const }, undefined, { Size: 4, VolumeType: 'gp3' }],
  ])('for %j of %j', (options, root, expected) => {
    const request = volumeRequest(options, root);
    expect(request).toMatchObject(expected);
    expect('Encrypted' in request).toBe('Encrypted' in expected);
    expect('Iops' in request).toBe(request.VolumeType === 'gp3' && root !== undefined);
  });

  it('is of the device that the source boots from', () => {
    expect(rootDeviceOf(source)?.SnapshotId).toBe('snap-1');
    expect(rootDeviceOf({ ...source, RootDeviceName: '/dev/sdz' })).toBeUndefined();
  });
});

describe('device names', () => {
  it('are free when neither EC2 nor this machine has them, under either name, or partitions of them', () => {
    expect(freeDevices([])).toHaveLength(11);
    expect(freeDevices(['/dev/sdf', 'xvdg1', 'sdh', '/dev/xvdi', 'loop0']).slice(0, 2)).toEqual([
      '/dev/xvdj',
      '/dev/xvdk',
    ]);
    expect(freeDevices('f g h i j k l m n o p'.split(' ').map((letter) => `/dev/sd${letter}`))).toEqual([]);
  });

  it('have the forms of EC2 and of the kernel', () => {
    expect(nameForEc2('/dev/xvdf')).toBe('/dev/sdf');
    expect(nameForEc2('/dev/sdf')).toBe('/dev/sdf');
    expect(namesOf('/dev/nvme1n1')).toEqual(['/dev/nvme1n1']);
  });

  it.each([
    ['/dev/xvdf', '1', '/dev/xvdf1'],
    ['/dev/nvme1n1', '2', '/dev/nvme1n1p2'],
    ['/dev/nvme1n1', '0', '/dev/nvme1n1'],
    ['/dev/xvdf', '', '/dev/xvdf'],
  ])('%s with partition "%s" is %s', (device, partition, node) => {
    expect(partitionNode(device, partition)).toBe(node);
  });

  it('may end with the mark of partitions, as Packer has it', () => {
    expect(withoutPartitionMark('/dev/nvme1n1p')).toBe('/dev/nvme1n1');
    expect(withoutPartitionMark('/dev/disk/by-id/loop')).toBe('/dev/disk/by-id/loop');
  });
});

describe('the table of mounts', () => {
  const table = readMountTable(
    [
      '22 1 254:0 / / rw,relatime - ext4 /dev/root rw',
      '30 22 7:1 / /mnt/a\\040b rw - ext4 /dev/loop0p1 rw',
      '31 30 0:5 / /mnt/a\\040b/dev rw shared:2 - devtmpfs devtmpfs rw',
      '32 31 0:6 / /mnt/a\\040b/dev/pts rw - devpts devpts rw',
      '33 22 7:1 / /mnt/a\\040bc rw - ext4 /dev/loop1 rw',
      '',
    ].join('\n'),
  );
  it('gives what is mounted at a path and below it, the last one first', () => {
    expect(mountsIn(table).at('/mnt/a b')).toEqual(['/mnt/a b/dev/pts', '/mnt/a b/dev', '/mnt/a b']);
    expect(mountsIn(table).at('/mnt/none')).toEqual([]);
  });
  it('says what is mounted at a path', () => {
    expect(mountsIn(table).sourceOf('/mnt/a b')).toBe('/dev/loop0p1');
    expect(mountsIn(table).sourceOf('/mnt')).toBeUndefined();
  });
});

describe('paths in the volume', () => {
  it('never lead out of it', async () => {
    const root = await mkdtemp(join(tmpdir(), 'kiln-tree-'));
    await mkdir(join(root, 'etc/real'), { recursive: true });
    await symlink('/etc/real', join(root, 'abs'));
    await symlink('../../../../etc', join(root, 'etc/up'));
    await symlink('/loop', join(root, 'loop'));
    await symlink('/run/stub', join(root, 'etc/resolv.conf'));
    expect(await pathInTree(root, '/abs/x')).toBe(join(root, 'etc/real/x'));
    expect(await pathInTree(root, '/etc/up/real')).toBe(join(root, 'etc/real'));
    expect(await pathInTree(root, '/../../etc')).toBe(join(root, 'etc'));
    expect(await pathInTree(root, '/')).toBe(root);
    expect(await pathInTree(root, '/not/there')).toBe(join(root, 'not/there'));
    expect(await pathInTree(root, '/etc/resolv.conf')).toBe(join(root, 'run/stub'));
    expect(await entryInTree(root, '/etc/resolv.conf')).toBe(join(root, 'etc/resolv.conf'));
    await expect(pathInTree(root, '/loop/x')).rejects.toThrow('too many symbolic links');
    await rm(root, { recursive: true });
  });
});

describe('the privileges of commands', () => {
  it.each([
    ['{{.Command}}', 'linux', 0, undefined],
    ['sudo {{.Command}}', 'linux', 1000, undefined],
    ['{{ .Command }}', 'linux', 1000, 'AMAZON_CHROOT_NEEDS_ROOT'],
    ['sudo {{.Command}}', 'darwin', 0, 'AMAZON_CHROOT_NEEDS_LINUX'],
  ])('%s on %s as user %i: %s', (wrapper, platform, userId, code) => {
    const check = (): void => checkPrivileges(wrapper, { platform, userId });
    if (code === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code }) as Error);
  });
});

describe('the address of the metadata service', () => {
  it.each([
    [{}, 'http://169.254.169.254'],
    [{ AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: 'IPv6' }, 'http://[fd00:ec2::254]'],
    [{ AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://127.0.0.1:1/' }, 'http://127.0.0.1:1'],
    [{ AWS_EC2_METADATA_DISABLED: 'True', AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://a' }, undefined],
  ])('%j: %s', (environment, address) => {
    expect(metadataAddress(environment)).toBe(address);
  });
});
