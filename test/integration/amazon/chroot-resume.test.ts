import { existsSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unmountAll } from '../../support/ec2/places/chroot-place.ts';
import { lacks } from '../../support/kiln/needs.ts';
import { sourceDisk } from '../../support/qemu/source-disk.ts';
import { diskPrograms } from '../../support/qemu/volume-disks.ts';
import { chrootShop, type ChrootShop } from './chroot-shop.ts';
import { killAfter, unanswered } from './kill.ts';

const GO = '/go';
const provisioners = [
  { type: 'shell', inline: ['echo 0 >>/log'] },
  { type: 'shell', inline: ['echo 1 >>/log', 'touch /reached', `while [ ! -e ${GO} ]; do sleep 0.1; done`] },
  { type: 'shell', inline: ['echo 2 >>/log'] },
];
const options = { copy_files: ['/etc/hostname'] };

/** Kills a build in its second provisioner. */
async function killInProvisioner(place: ChrootShop): Promise<void> {
  const { child, ended } = place.build(options, provisioners);
  const tree = join(place.mounts, 'xvdf');
  await expect.poll(() => existsSync(join(tree, 'reached')), { timeout: 120_000 }).toBe(true);
  child.kill('SIGKILL');
  await ended;
  writeFileSync(join(tree, GO), '');
}

/** The metadata service of another instance. */
async function otherMachine(): Promise<AsyncDisposable & { readonly address: string }> {
  const identity = { instanceId: 'i-0123456789abcdef0', region: 'us-east-1', availabilityZone: 'us-east-1a' };
  const server = createServer((_request, response) => response.end(JSON.stringify(identity)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function kindsLeft(place: ChrootShop): readonly string[] {
  return place
    .left()
    .map((each) => each.replace(/-.*/, ''))
    .sort();
}

async function expectWhole(place: ChrootShop): Promise<void> {
  const [volume = ''] = place.shop.ec2.calls.flatMap(({ call, input }) =>
    call === 'AttachVolume' && typeof input === 'object' && input !== null && 'VolumeId' in input
      ? [String(input.VolumeId)]
      : [],
  );
  const { code, output } = await place.shop.resume();
  expect(code, output).toBe(0);
  expect(place.disks.read(volume, '/log')).toBe('0\n1\n1\n2\n');
  expect(place.disks.list(volume, '/etc')).not.toContain('kiln-original');
  expect(place.shop.calls('CreateVolume')).toBe(1);
  expect(place.disks.pulledOut).toEqual([]);
  expect(kindsLeft(place)).toEqual(['ami', 'snap']);
}

describe.skipIf(lacks(diskPrograms, true))('resuming a build in a chroot', { timeout: 240_000 }, () => {
  const source = sourceDisk();

  it('after kill -9 goes on in the volume that is mounted still, with the provisioner that was at work', async () => {
    await using place = await chrootShop(source.disk);
    await killInProvisioner(place);
    await expectWhole(place);
    expect(place.shop.calls('AttachVolume')).toBe(1);
  });

  it('mounts the volume again when the machine was started anew', async () => {
    await using place = await chrootShop(source.disk);
    await killInProvisioner(place);
    await unmountAll(place.mounts);
    await expectWhole(place);
    expect(place.shop.calls('AttachVolume')).toBe(1);
  });

  it('attaches the volume again when somebody has detached it', async () => {
    await using place = await chrootShop(source.disk);
    await killInProvisioner(place);
    await unmountAll(place.mounts);
    await place.detach();
    await expectWhole(place);
    expect(place.shop.calls('AttachVolume')).toBe(2);
  });

  it('says that it goes on only where the volume is', async () => {
    await using place = await chrootShop(source.disk);
    await killInProvisioner(place);
    await using elsewhere = await otherMachine();
    place.shop.environment['AWS_EC2_METADATA_SERVICE_ENDPOINT'] = elsewhere.address;
    const { code, output } = await place.shop.resume();
    expect(code).not.toBe(0);
    expect(output).toMatch(/is of i-\w+, and this machine is i-\w+/);
    expect(output).toContain('RESUME_LOST');
  });

  it.each(['CreateSnapshot', 'RegisterImage'])('after kill -9 in %s makes no second one', async (call) => {
    await using place = await chrootShop(source.disk, unanswered(call));
    await killAfter(2, call, place.shop.ec2, place.build({ copy_files: [], chroot_mounts: [] }));
    const { code, output } = await place.shop.resume();
    expect(code, output).toBe(0);
    expect(place.shop.calls('CreateSnapshot') + place.shop.calls('RegisterImage')).toBe(3);
    expect(kindsLeft(place)).toEqual(['ami', 'snap']);
  });
});
