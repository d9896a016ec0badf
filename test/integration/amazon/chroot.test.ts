import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mountsBelow } from '../../support/chroot-place.ts';
import { startEc2Machine, type Ec2Machine } from '../../support/ec2-machine.ts';
import { replyLost, type Fault } from '../../support/ec2/index.ts';
import { lacks } from '../../support/needs.ts';
import { diskPrograms, makeSourceDisk, volumeDisks, type VolumeDisks } from '../../support/volume-disks.ts';
import { shop, type Shop } from './shop.ts';

interface ChrootShop extends AsyncDisposable {
  readonly shop: Shop;
  readonly machine: Ec2Machine;
  readonly disks: VolumeDisks;
  /** Where volumes are mounted. */
  readonly mounts: string;
  /** Starts a build with these options and provisioners. */
  build(options?: object, provisioners?: readonly object[]): ReturnType<Shop['start']>;
  /** Everything that was made and is still there. */
  left(): readonly string[];
}

async function chrootShop(source: string, faults: readonly Fault[] = []): Promise<ChrootShop> {
  const directory = mkdtempSync(join(tmpdir(), 'kiln-chroot-'));
  const disks = volumeDisks(directory);
  disks.startWith(source);
  const place = await shop({ faults, onAttach: disks.onAttach, onDetach: disks.onDetach });
  const machine = await startEc2Machine(place.ec2, place.ec2.addImage('us-east-1', { name: 'machine' }));
  Object.assign(place.environment, machine.environment);
  const mounts = join(directory, 'mounts');
  return {
    shop: place,
    machine,
    disks,
    mounts,
    build: (options = {}, provisioners = []) => {
      const usual = { type: 'amazon-chroot', instance_type: undefined, mount_path: join(mounts, '{{.Device}}') };
      return place.start('build', place.template({ ...usual, ...options }, { provisioners }));
    },
    left: () => [
      ...place.ec2.leftovers().flatMap(({ id }) => (machine.own.has(id) ? [] : [id])),
      ...mountsBelow(directory),
      ...disks.attached(),
    ],
    [Symbol.asyncDispose]: async () => {
      disks[Symbol.dispose]();
      await machine[Symbol.asyncDispose]();
      await place[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true });
    },
  };
}

async function killAndCollect(place: ChrootShop, { child, ended }: ReturnType<Shop['start']>): Promise<void> {
  child.kill('SIGKILL');
  await ended;
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
  let directory = '';
  let source = '';
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'kiln-chroot-source-'));
    source = await makeSourceDisk(directory);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it.each(lost)('is killed in %s: gc finds what it made and leaves nothing', async (call) => {
    // Carried out without a reply, and the next attempt hangs.
    await using place = await chrootShop(source, [replyLost(call), { call, skip: 1, delay: 120_000 }]);
    const build = place.build();
    const attempts = (): number => place.shop.ec2.calls.filter((each) => each.call === call).length;
    await expect.poll(attempts, { timeout: 120_000 }).toBe(2);
    await killAndCollect(place, build);
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
    await using place = await chrootShop(source);
    const mark = join(directory, 'mark');
    rmSync(mark, { force: true });
    const text = JSON.stringify(options).replace('MARK', mark);
    const build = place.build(JSON.parse(text) as object, provisioners);
    const reached = (): boolean => existsSync(mark) || existsSync(join(place.mounts, 'xvdf/reached'));
    await expect.poll(reached, { timeout: 120_000 }).toBe(true);
    await killAndCollect(place, build);
  });

  it('gives back everything when it is interrupted', async () => {
    await using place = await chrootShop(source);
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
      await using place = await chrootShop(source);
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
