import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chrootPlace, type ChrootPlace } from '../../../support/ec2/places/chroot-place.ts';
import { replyLost } from '../../../support/ec2/index.ts';
import { lacks } from '../../../support/kiln/needs.ts';
import { sourceDisk } from '../../../support/qemu/source-disk.ts';
import { diskPrograms } from '../../../support/qemu/volume-disks.ts';

const IMAGE = ['us-east-1 image', 'us-east-1 snapshot'];
/** The kernel's mounts are not what most tests are about. */
const quick = { chroot_mounts: [], copy_files: [] };

function volumeOf(place: ChrootPlace): string {
  const [attached] = place.amazon.inputs('AttachVolume') as readonly { VolumeId: string }[];
  return attached?.VolumeId ?? '';
}

describe.skipIf(lacks(diskPrograms, true))('a build in a chroot', { timeout: 60_000 }, () => {
  const source = sourceDisk();

  it('provisions the volume and registers an AMI like its source', async () => {
    await using place = await chrootPlace(source.disk);
    const options = {
      ami_description: 'from {{ .SourceAMIName }}',
      tags: { Base: '{{ .SourceAMI }}' },
      snapshot_tags: { Of: 'web' },
      root_volume_tags: { For: '{{ .SourceAMIName }}' },
    };
    const { report } = await place.bake(options, [
      {
        type: 'shell',
        inline: [
          'cat /etc/os-release > /made',
          'test -c /dev/null && test -d /proc/1 && test -d /sys/block && test -c /dev/pts/ptmx',
          'cat /etc/resolv.conf > /resolver',
        ],
      },
      {
        type: 'file',
        content: 'at {{ build `MountPath` }} from {{ build `SourceAMIName` }}',
        destination: '/etc/motd',
      },
    ]);
    expect(report.failure).toBeUndefined();
    const [artifact] = report.artifacts;
    expect(artifact?.builderId).toBe('mitchellh.amazon.chroot');
    expect(artifact?.id).toMatch(/^us-east-1:ami-[0-9a-f]+$/);
    expect(place.left().toSorted()).toEqual(IMAGE);

    const id = volumeOf(place);
    expect(place.disks.read(id, '/made')).toBe('NAME="Little Linux"\n');
    expect(place.disks.read(id, '/resolver')).toBe(await readFile('/etc/resolv.conf', 'utf8'));
    expect(place.disks.read(id, '/etc/resolv.conf')).toBe('');
    expect(place.disks.read(id, '/etc/motd')).toBe(`at ${join(place.mounts, 'xvdf')} from base`);
    expect(place.disks.pulledOut).toEqual([]);

    const { amazon, machine } = place;
    expect(amazon.inputs('CreateVolume')).toMatchObject([
      { AvailabilityZone: expect.stringMatching(/^us-east-1[a-z]$/) as string, VolumeType: 'gp3', Size: 8, Iops: 3000 },
    ]);
    expect(JSON.stringify(amazon.inputs('CreateVolume'))).toContain('{"Key":"For","Value":"base"}');
    expect(amazon.inputs('AttachVolume')).toMatchObject([{ InstanceId: machine.instanceId, Device: '/dev/sdf' }]);
    expect(amazon.inputs('RegisterImage')).toMatchObject([
      {
        Name: 'web',
        Description: 'from base',
        Architecture: 'x86_64',
        VirtualizationType: 'hvm',
        EnaSupport: true,
        RootDeviceName: '/dev/xvda',
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 8, VolumeType: 'gp3' } }],
      },
    ]);
    const [image, snapshot] = amazon
      .left()
      .filter(({ id: each }) => !machine.own.has(each))
      .toSorted((one, other) => one.kind.localeCompare(other.kind));
    expect(image?.tags).toEqual({ Base: amazon.source });
    expect(snapshot?.tags).toEqual({ Base: amazon.source, Of: 'web' });
    const changing = amazon.calls().filter((call) => !/^(Describe|RunInstances)/.test(call));
    expect(changing).toEqual([
      'CreateVolume',
      'AttachVolume',
      'DetachVolume',
      'CreateSnapshot',
      'RegisterImage',
      'DeleteTags',
      'DeleteVolume',
    ]);
    expect(amazon.ec2.broken).toEqual([]);
  });

  it('starts from nothing with from_scratch', async () => {
    await using place = await chrootPlace(undefined);
    const { report } = await place.bake(
      {
        source_ami: null,
        from_scratch: true,
        ami_virtualization_type: 'hvm',
        root_volume_size: 3,
        root_device_name: '/dev/xvda',
        ami_block_device_mappings: [{ device_name: '/dev/xvda', volume_type: 'gp3', delete_on_termination: true }],
        pre_mount_commands: [
          "echo ',,L' | sfdisk --quiet {{.Device}}",
          `${place.disks.partitionNode} {{.Device}}`,
          'mkfs.ext4 -q {{.Partition}}',
        ],
        post_mount_commands: [
          `cp -a ${source.directory}/tree/. {{.MountPath}}`,
          'echo {{.Device}} >{{.MountPath}}/device',
        ],
        ...quick,
      },
      [{ type: 'shell', inline: ['echo made >/made'] }],
    );
    expect(report.failure).toBeUndefined();
    const id = volumeOf(place);
    expect(place.disks.read(id, '/made')).toBe('made\n');
    expect(place.disks.read(id, '/device')).toMatch(/^\/dev\/loop\d+\n$/);
    expect(place.amazon.inputs('CreateVolume')).toMatchObject([{ Size: 3, VolumeType: 'gp2' }]);
    expect(place.amazon.inputs('CreateVolume')).not.toMatchObject([{ SnapshotId: expect.anything() as string }]);
    expect(place.amazon.inputs('RegisterImage')).toMatchObject([
      {
        Architecture: 'x86_64',
        VirtualizationType: 'hvm',
        RootDeviceName: '/dev/xvda',
        BlockDeviceMappings: [{ Ebs: { VolumeSize: 3, VolumeType: 'gp3', DeleteOnTermination: true } }],
      },
    ]);
    expect(place.left().toSorted()).toEqual(IMAGE);
  });

  it('runs all that needs root by command_wrapper', async () => {
    await using place = await chrootPlace(source.disk);
    const log = join(source.directory, 'wrapped');
    const wrapper = join(source.directory, 'wrapper');
    await writeFile(wrapper, `#!/bin/sh\necho "$@" >>${log}\nexec "$@"\n`, { mode: 0o755 });
    const { report } = await place.bake(
      {
        command_wrapper: `${wrapper} {{.Command}}`,
        pre_mount_commands: ['true before'],
        post_mount_commands: ['true after'],
        copy_files: ['/etc/hostname'],
        chroot_mounts: [['proc', 'proc', '/proc']],
        mount_options: ['noatime', 'nodev'],
      },
      [{ type: 'shell', inline: ['grep " / .*nodev,noatime" /proc/mounts'] }],
    );
    expect(report.failure).toBeUndefined();
    const programs = (await readFile(log, 'utf8')).trim().split('\n');
    const seen = programs.map((line) =>
      line
        .split(' ')
        .slice(0, line.startsWith('true') ? 2 : 1)
        .join(' '),
    );
    expect(seen.filter((each, index) => each !== seen[index - 1])).toEqual([
      'true before',
      'mkdir',
      'mount',
      'true after',
      'mkdir',
      'mount',
      'cp',
      'chroot',
      'rm',
      'umount',
    ]);
    expect(programs.join('\n')).toContain('mount -o noatime -o nodev -- /dev/loop');
  });

  it('puts back what copy_files replaced, a link for one', async () => {
    await using place = await chrootPlace(source.disk);
    const mounted = '{{.MountPath}}/etc/resolv.conf';
    const options = { chroot_mounts: [], post_mount_commands: [`ln -s /nowhere/stub ${mounted}`] };
    const check = 'test -f /etc/resolv.conf && ! test -L /etc/resolv.conf';
    const { report } = await place.bake(options, [{ type: 'shell', inline: [check] }]);
    expect(report.failure).toBeUndefined();
    // debugfs reads no file where there is a link to nothing.
    expect(place.disks.read(volumeOf(place), '/etc/resolv.conf')).toBe('');
    expect(place.disks.list(volumeOf(place), '/etc')).toContain('resolv.conf');
    expect(place.disks.list(volumeOf(place), '/etc')).not.toContain('kiln');
  });

  it('mounts the device itself with mount_partition 0, found by the name that it is attached under', async () => {
    await using place = await chrootPlace(undefined);
    place.disks.nameByDevice = true;
    const commands = ['test {{.Device}} = /dev/sdg', 'test {{.Partition}} = /dev/sdg', 'mkfs.ext4 -q {{.Device}}'];
    const { report } = await place.bake({
      device_path: '/dev/xvdg',
      mount_partition: '0',
      pre_mount_commands: commands,
      skip_create_ami: true,
      ...quick,
    });
    expect(report.failure).toBeUndefined();
    expect(report.artifacts[0]?.id).toBe('');
    expect(place.amazon.inputs('AttachVolume')).toMatchObject([{ Device: '/dev/sdg' }]);
    expect(place.amazon.calls()).not.toContain('CreateSnapshot');
    expect(place.left()).toEqual([]);
  });

  it('encrypts the volume itself, and makes copies for other regions only', async () => {
    await using place = await chrootPlace(source.disk);
    const key = place.amazon.ec2.addKmsKey('us-east-1', 'alias/own');
    const { report } = await place.bake({
      encrypt_boot: true,
      kms_key_id: key,
      ami_regions: ['us-west-2'],
      region_kms_key_ids: { 'us-west-2': '' },
      root_volume_size: 20,
      root_volume_type: 'gp2',
      ...quick,
    });
    expect(report.failure).toBeUndefined();
    expect(place.amazon.inputs('CreateVolume')).toMatchObject([
      { Encrypted: true, KmsKeyId: key, Size: 20, VolumeType: 'gp2' },
    ]);
    expect(place.amazon.inputs('CopyImage')).toMatchObject([{ SourceRegion: 'us-east-1', Encrypted: true }]);
    expect(place.amazon.inputs('RegisterImage')).toMatchObject([
      { BlockDeviceMappings: [{ Ebs: { VolumeSize: 20, VolumeType: 'gp3' } }] },
    ]);
    expect(place.left().toSorted()).toEqual([...IMAGE, 'us-west-2 image', 'us-west-2 snapshot']);
  });

  it('keeps copies only with skip_save_build_region', async () => {
    await using place = await chrootPlace(source.disk);
    const { report } = await place.bake({ ami_regions: ['us-west-2'], skip_save_build_region: true, ...quick });
    expect(report.failure).toBeUndefined();
    expect(place.left().toSorted()).toEqual(['us-west-2 image', 'us-west-2 snapshot']);
  });

  it('ends what provisioners have left running in the volume', async () => {
    await using place = await chrootPlace(source.disk);
    const inline = ['setsid sh -c "trap : TERM; sleep 1000; sleep 1000" </dev/null >/dev/null 2>&1 &', 'sleep 0.2'];
    const { report } = await place.bake(quick, [{ type: 'shell', inline }]);
    expect(report.failure).toBeUndefined();
    expect(place.left().toSorted()).toEqual(IMAGE);
    expect(place.disks.pulledOut).toEqual([]);
  });

  it('takes different devices in two builds at once', async () => {
    await using place = await chrootPlace(source.disk);
    const inline = ['mkdir /made', 'sleep 0.5'];
    const builds = await Promise.all(
      ['one', 'two'].map((ami_name) => place.bake({ ami_name, ...quick }, [{ type: 'shell', inline }])),
    );
    expect(builds.map(({ report }) => report.failure)).toEqual([undefined, undefined]);
    const attached = place.amazon.ec2.calls.filter(({ call, error }) => call === 'AttachVolume' && error === undefined);
    expect(attached.map(({ input }) => (input as { Device: string }).Device).toSorted()).toEqual([
      '/dev/sdf',
      '/dev/sdg',
    ]);
    expect(place.left().toSorted()).toEqual([...IMAGE, ...IMAGE].toSorted());
  });

  it('takes the next device when somebody else was faster', async () => {
    await using place = await chrootPlace(source.disk);
    const message = "Invalid value '/dev/sdf' for unixDevice. Attachment point /dev/sdf is already in use";
    place.amazon.ec2.plan({ call: 'AttachVolume', error: { code: 'InvalidParameterValue', message, status: 400 } });
    const { report } = await place.bake(quick);
    expect(report.failure).toBeUndefined();
    expect(place.amazon.inputs('AttachVolume')).toMatchObject([{ Device: '/dev/sdf' }, { Device: '/dev/sdg' }]);
  });

  it.each(['CreateVolume', 'AttachVolume', 'DetachVolume'])(
    'is done once when the reply to %s is lost',
    async (call) => {
      await using place = await chrootPlace(source.disk);
      place.amazon.ec2.plan(replyLost(call));
      const { report } = await place.bake(quick);
      expect(report.failure).toBeUndefined();
      expect(place.left().toSorted()).toEqual(IMAGE);
      expect(place.amazon.ec2.unusedFaults()).toEqual([]);
    },
  );

  it('waits until EC2 knows what was made', async () => {
    await using place = await chrootPlace(source.disk, { hiddenReads: 2 });
    const { report } = await place.bake(quick);
    expect(report.failure).toBeUndefined();
    expect(place.left().toSorted()).toEqual(IMAGE);
  });
});
