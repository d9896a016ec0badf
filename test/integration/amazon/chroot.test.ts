import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lacks } from '../../support/kiln/needs.ts';
import { sourceDisk } from '../../support/qemu/source-disk.ts';
import { diskPrograms } from '../../support/qemu/volume-disks.ts';
import { chrootShop, type ChrootShop } from './chroot-shop.ts';
import { killAfter, unanswered } from './kill.ts';

async function collect(place: ChrootShop): Promise<void> {
  expect(place.left()).not.toEqual([]);
  const collected = await place.shop.start('gc').ended;
  expect(place.left(), collected.output).toEqual([]);
  expect(place.disks.pulledOut).toEqual([]);
  expect(collected.code).toBe(0);
}

const long = process.env['KILN_LONG_TESTS'] === '1';
if (!long) console.warn('kill -9 at more points of amazon-chroot: with KILN_LONG_TESTS=1');

const lost = ['AttachVolume', 'RegisterImage', ...(long ? ['CreateVolume', 'DetachVolume', 'CreateSnapshot'] : [])];

describe.skipIf(lacks(diskPrograms, true))('a build in a chroot, as a process', { timeout: 180_000 }, () => {
  const source = sourceDisk();

  it.each(lost)('is killed in %s: gc finds what it made and leaves nothing', async (call) => {
    await using place = await chrootShop(source.disk, unanswered(call));
    await killAfter(2, call, place.shop.ec2, place.build());
    await collect(place);
  });

  it.each<readonly [string, object, readonly object[]]>([
    ['a provisioner', {}, [{ type: 'shell', inline: ['touch /reached', 'sleep 600'] }]],
    ...(long
      ? [
          ['a command before it is mounted', { pre_mount_commands: ['touch MARK; sleep 600'] }, []] as const,
          [
            'a command while it is mounted',
            { post_mount_commands: ['touch {{.MountPath}}/reached; sleep 600'] },
            [],
          ] as const,
        ]
      : []),
  ])('is killed in %s: gc ends what runs, unmounts, detaches and deletes', async (_where, options, provisioners) => {
    await using place = await chrootShop(source.disk);
    const mark = join(source.directory, 'mark');
    rmSync(mark, { force: true });
    const text = JSON.stringify(options).replace('MARK', mark);
    const { child, ended } = place.build(JSON.parse(text) as object, provisioners);
    const reached = (): boolean => existsSync(mark) || existsSync(join(place.mounts, 'xvdf/reached'));
    await expect.poll(reached, { timeout: 120_000 }).toBe(true);
    child.kill('SIGKILL');
    await ended;
    await collect(place);
  });

  it('gives back everything when it is interrupted', async () => {
    await using place = await chrootShop(source.disk);
    const { child, ended } = place.build({}, [{ type: 'shell', inline: ['touch /reached', 'sleep 600'] }]);
    await expect.poll(() => existsSync(join(place.mounts, 'xvdf/reached')), { timeout: 120_000 }).toBe(true);
    child.kill('SIGINT');
    const { output } = await ended;
    expect(place.left(), output).toEqual([]);
    expect(place.disks.pulledOut).toEqual([]);
  });

  it.skipIf(lacks(['sudo', 'useradd'], true))(
    'runs as a user who has sudo, and tells one who does not use it',
    async () => {
      await using place = await chrootShop(source.disk);
      const name = `kiln-c-${process.pid.toString(36)}`;
      const sudoers = `/etc/sudoers.d/${name}`;
      execFileSync('useradd', ['--no-create-home', '--shell', '/bin/sh', name]);
      try {
        writeFileSync(sudoers, `${name} ALL=(ALL) NOPASSWD: ALL\n`, { mode: 0o440 });
        const id = Number(execFileSync('id', ['-u', name]).toString());
        Object.assign(place.shop.identity, { uid: id, gid: id });
        chownSync(place.shop.directory, id, id);
        chmodSync(join(place.mounts, '..'), 0o755);
        const without = await place.build().ended;
        expect(without.output).toContain('AMAZON_CHROOT_NEEDS_ROOT');
        const provisioner = { type: 'shell', inline: ['id -u >/who'] };
        const { code, output } = await place.build({ command_wrapper: 'sudo -n {{.Command}}' }, [provisioner]).ended;
        expect(code, output).toBe(0);
        expect(place.left().filter((each) => !/^(ami|snap)-/.test(each))).toEqual([]);
      } finally {
        rmSync(sudoers, { force: true });
        execFileSync('userdel', [name]);
      }
    },
  );
});
