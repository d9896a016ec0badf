import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { chrootPlace } from '../../../support/ec2/places/chroot-place.ts';
import { replyLost, type Fault } from '../../../support/ec2/index.ts';
import { lacks } from '../../../support/kiln/needs.ts';
import { sourceDisk } from '../../../support/qemu/source-disk.ts';
import { diskPrograms } from '../../../support/qemu/volume-disks.ts';

const failing = [{ type: 'shell', inline: ['exit 3'] }];

function refused(call: string): Fault {
  return { call, error: { code: 'UnauthorizedOperation', message: 'You are not authorized.', status: 403 } };
}

describe.skipIf(lacks(diskPrograms, true))('a build in a chroot that fails', { timeout: 60_000 }, () => {
  const source = sourceDisk();

  it.each<readonly [string, string, string, JsonObject, readonly JsonObject[]]>([
    [
      'a pre_mount_command',
      'AMAZON_CHROOT_COMMAND',
      'of pre_mount_commands failed',
      { pre_mount_commands: ['exit 4'] },
      [],
    ],
    ['mount', 'AMAZON_CHROOT_COMMAND', 'mounting /dev/loop', { mount_options: ['nonsense=1'] }, []],
    [
      'a post_mount_command',
      'AMAZON_CHROOT_COMMAND',
      'no such',
      { post_mount_commands: ['echo no such >&2; false'] },
      [],
    ],
    ['a mount in it', 'AMAZON_CHROOT_COMMAND', 'mounting none at', { chroot_mounts: [['nofs', 'none', '/proc']] }, []],
    ['a file to copy', 'AMAZON_CHROOT_COMMAND', 'copying /no/such into', { copy_files: ['/no/such'] }, []],
    ['a provisioner', 'SCRIPT_FAILED', 'status 3', {}, failing],
  ])('takes everything back after %s', async (_what, code, message, options, provisioners) => {
    await using place = await chrootPlace(source.disk);
    const { report } = await place.bake(options, provisioners);
    expect(report.failure).toMatchObject({ code, message: expect.stringContaining(message) as string });
    expect(place.left()).toEqual([]);
    expect(place.disks.pulledOut).toEqual([]);
  });

  it.each(['CreateVolume', 'AttachVolume', 'CreateSnapshot', 'RegisterImage'])(
    'takes everything back when %s is refused, or its reply never comes',
    async (call) => {
      await using place = await chrootPlace(source.disk);
      const options = { chroot_mounts: [], copy_files: [] };
      place.amazon.ec2.plan(refused(call));
      const first = await place.bake(options);
      expect(first.report.failure?.code).toBe('AMAZON_REFUSED');
      expect(place.left()).toEqual([]);
      place.amazon.ec2.plan(replyLost(call));
      const second = await place.bake({ ...options, max_retries: 0 });
      expect(second.report.failure?.code).toBe('AMAZON_UNREACHABLE');
      expect(place.left()).toEqual([]);
    },
  );

  it('says why AWS could not make the volume or the snapshot', async () => {
    await using place = await chrootPlace(source.disk);
    place.amazon.ec2.plan({ call: 'CreateVolume', fails: { code: 'x', message: 'y' } });
    expect((await place.bake()).report.failure?.message).toContain('it is error');
    place.amazon.ec2.plan({ call: 'CreateSnapshot', fails: { code: 'x', message: 'the disk broke' } });
    expect((await place.bake()).report.failure?.message).toContain('the disk broke');
    expect(place.left()).toEqual([]);
  });

  it('does not mount over what is mounted there', async () => {
    await using place = await chrootPlace(source.disk);
    const { report } = await place.bake({ mount_path: '/proc' });
    expect(report.failure?.code).toBe('AMAZON_CHROOT_MOUNT_TAKEN');
    expect(place.left()).toEqual([]);
  });

  it('says so when this machine is no instance, or is in another region', async () => {
    await using place = await chrootPlace(source.disk);
    const elsewhere = await place.bake({ region: 'us-west-2' });
    expect(elsewhere.report.failure).toMatchObject({
      code: 'AMAZON_CHROOT_REGION',
      hint: 'build in us-east-1, and name others in ami_regions',
    });
    process.env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] = 'http://127.0.0.1:9';
    const alone = await place.bake();
    expect(alone.report.failure).toMatchObject({ code: 'AMAZON_NOT_ON_EC2' });
    expect(alone.report.failure?.hint).toContain('run Kiln on an EC2 instance');
    expect(place.amazon.calls()).not.toContain('CreateVolume');
  });
});
